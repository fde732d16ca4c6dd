/** Finds the pictures in an answer: those that were lifted out of it, and those that it only names. */
import {
	type CallContext,
	type DrawnImage,
	type KeptFile,
	ProviderError,
} from "../provider.ts";
import { pictureAt, textAt } from "./read-json.ts";
import type { OpenAiServer } from "./server.ts";

type Context = Pick<CallContext, "signal" | "keepFile">;

/**
 * @param items as `data` of the images' API has them.
 * @returns the pictures that could be had. @throws {ProviderError} when none could, though there were some.
 */
export async function drawnImagesOf(
	items: readonly unknown[],
	server: OpenAiServer,
	context: Context,
	seed: number | undefined,
): Promise<DrawnImage[]> {
	const images: DrawnImage[] = [];
	let fault: ProviderError | undefined;
	for (const item of items) {
		try {
			const file =
				pictureAt(item, "b64_json") ??
				(await pictureOfUrl(item, ["url"], server, context));
			const revisedPrompt = textAt(item, "revised_prompt");
			if (file !== undefined) images.push({ file, seed, revisedPrompt });
		} catch (error) {
			if (!(error instanceof ProviderError)) throw error;
			fault ??= error;
		}
	}
	if (images.length === 0 && fault !== undefined) throw fault;
	return images;
}

/** A picture by URL: a data URL, one of the server's own, or any that the public internet has. */
export async function pictureOfUrl(
	item: unknown,
	path: readonly string[],
	{ vendor }: OpenAiServer,
	context: Context,
): Promise<KeptFile | undefined> {
	const lifted = pictureAt(item, ...path);
	if (lifted !== undefined) return lifted;
	const url = textAt(item, ...path);
	return url === undefined ? undefined : await vendor.download(url, context);
}
