/** Pictures on their way to the ComfyUI server and back. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import {
	type CallContext,
	type InputImage,
	type KeptFile,
	ProviderError,
} from "../provider.ts";
import { formBody, formFileOf } from "../wire/bodies.ts";
import { repeating } from "../wire/repeating.ts";
import type { Connection } from "./connection.ts";
import type { FoundImage } from "./history.ts";

const uploadedSchema = z.looseObject({
	name: z.string(),
	subfolder: z.string().catch(""),
	type: z.string().catch("input"),
});

/**
 * Hands a picture to the server, among what it throws away when it starts again: it is not the owner's.
 * @returns the name by which nodes load it.
 */
export async function uploadImage(
	{ name, url, vendor }: Connection,
	image: InputImage,
	signal: AbortSignal,
): Promise<string> {
	const { value } = await vendor.json(
		{
			url: `${url}/upload/image`,
			body: formBody([
				{ name: "image", file: formFileOf(image, `gesso-${randomUUID()}`) },
				{ name: "type", value: "temp" },
			]),
			isPaid: false,
		},
		{ signal },
	);
	const read = uploadedSchema.safeParse(value);
	if (!read.success)
		throw new ProviderError(
			"unavailable",
			`${name} did not say where it keeps an input image`,
		);
	const { name: file, subfolder, type } = read.data;
	const path = subfolder === "" ? file : `${subfolder}/${file}`;
	return type === "input" ? path : `${path} [${type}]`;
}

const FIRST_DELAY_MS = 250;

/** What is drawn is worth more than one try, and fetching it draws nothing. */
export async function keepImage(
	{ url, vendor, random }: Connection,
	{ filename, subfolder, type }: FoundImage,
	context: CallContext,
): Promise<KeptFile> {
	const query = new URLSearchParams({ filename, subfolder, type });
	const fetched = async () => {
		const { body } = await vendor.answer(
			{ url: `${url}/view?${query}`, isPaid: true },
			context.signal,
		);
		return body;
	};
	return await repeating(
		{ firstDelayMs: FIRST_DELAY_MS, random, signal: context.signal },
		({ kind }) =>
			kind === "unavailable" || kind === "timeout" ? 0 : undefined,
		() => vendor.keep(fetched, context),
	);
}
