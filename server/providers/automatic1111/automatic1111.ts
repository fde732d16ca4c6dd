/** Draws with AUTOMATIC1111's web UI or Forge, tells how far it is, and interrupts it when nobody wants the picture any more. */
import { createReadStream } from "node:fs";
import { z } from "zod";
import { Lifted } from "../../net/lifted-json.ts";
import {
	type CallContext,
	type DrawnImage,
	type ImageCall,
	type InputImage,
	type KeptFile,
	type Provider,
	ProviderError,
	type ProviderLimits,
	type Readiness,
} from "../provider.ts";
import type { ProviderServices } from "../provider-kind.ts";
import { Vendor, type VendorFault } from "../wire/vendor.ts";
import { watchProgress } from "./progress.ts";
import { drawingRequest } from "./request.ts";

export interface Automatic1111Options {
	readonly name: string;
	/** Without a slash at its end. */
	readonly url: string;
	/** `user:password`; empty for none. */
	readonly auth: string;
	/** What every request has beside what the call says. */
	readonly defaults: Readonly<Record<string, unknown>>;
	readonly readiness: Readiness;
	readonly limits: ProviderLimits;
}

/** The glossary's bound: a seed above it could not be asked for again. */
const SEEDS = 2 ** 31;
/** Whoever left is not kept waiting for longer. */
const INTERRUPT_TIMEOUT_MS = 2_000;

const answerSchema = z.looseObject({
	images: z.array(z.unknown()),
	info: z.string().catch(""),
});

/** `info` is JSON in a string. */
const infoSchema = z.looseObject({
	all_seeds: z.array(z.number()).catch([]),
	/** What comes before it is a contact sheet, what comes after the pictures are extensions' by-products. */
	index_of_first_image: z.int().min(0).catch(0),
});

const modelsSchema = z.array(z.looseObject({ title: z.string() }));

export function createAutomatic1111(
	options: Automatic1111Options,
	services: ProviderServices,
): Provider {
	const { name, url, auth, defaults, readiness, limits } = options;
	const { clock, random } = services;
	const http = services.openHttp();
	const vendor = new Vendor({
		name,
		http,
		fetchGuarded: services.fetchGuarded([]),
		headers: authorization(auth),
		faultOf: readFault,
		clock,
		random,
	});
	/** The first is what the server draws, since it takes one after the other. */
	const underWay = new Set<ImageCall>();

	async function draw(call: ImageCall, context: CallContext) {
		const asked = {
			call,
			seed: call.seed ?? Math.floor(random() * SEEDS),
			mask: call.mask && (await whiteWhereDrawn(call.mask, context, services)),
			defaults,
		};
		const { value } = await vendor.json(
			drawingRequest(url, asked),
			context,
			([list, , ...rest]) => list === "images" && rest.length === 0,
		);
		const images = imagesOf(value, call.count);
		if (images.length === 0)
			throw new ProviderError(
				"unavailable",
				`${name} answered without a picture`,
				{ mayBePaid: true },
			);
		return {
			images,
			warnings: [],
			usage: undefined,
			costDollars: undefined,
		};
	}

	/** The API has one interrupt for whatever is being drawn, so only the call that is may use it. */
	async function interrupt(call: ImageCall): Promise<void> {
		const [first] = underWay;
		if (call !== first) return;
		await vendor
			.json(
				{ method: "POST", url: `${url}/sdapi/v1/interrupt`, isPaid: true },
				{ signal: AbortSignal.timeout(INTERRUPT_TIMEOUT_MS) },
			)
			.catch(() => {});
	}

	return {
		name,
		readiness,
		provenance: "generative",
		limits,
		generateImages: async (call, context) => {
			const isOver = new AbortController();
			const { partialImages } = call;
			underWay.add(call);
			const watch = { vendor, url, partialImages, context };
			const watching = watchProgress(watch, isOver.signal);
			try {
				return await draw(call, context);
			} catch (error) {
				if (context.signal.aborted) await interrupt(call);
				throw error;
			} finally {
				underWay.delete(call);
				isOver.abort();
				await watching;
			}
		},
		listModels: async (signal) => {
			const { value } = await vendor.json(
				{ url: `${url}/sdapi/v1/sd-models` },
				{ signal },
			);
			return modelsOf(name, value);
		},
		close: () => http.close(),
	};
}

function authorization(auth: string): Record<string, string> {
	return auth === ""
		? {}
		: { authorization: `Basic ${Buffer.from(auth).toString("base64")}` };
}

/** A server that was started without `--api` has no such paths, and says so in its framework's words. */
function readFault(status: number, body: unknown): VendorFault | undefined {
	const { data } = z
		.looseObject({ detail: z.unknown().optional() })
		.safeParse(body);
	return status === 404 && data?.detail === "Not Found"
		? { kind: "not_configured" }
		: undefined;
}

/** The API wants masks white where ours are transparent. */
async function whiteWhereDrawn(
	mask: InputImage,
	{ keepFile }: CallContext,
	{ blackAndWhiteMask }: ProviderServices,
): Promise<InputImage> {
	const file = await blackAndWhiteMask(mask, keepFile);
	return {
		...mask,
		mediaType: "image/png",
		sizeBytes: file.sizeBytes,
		open: async () => createReadStream(file.path),
	};
}

function imagesOf(value: unknown, count: number): DrawnImage[] {
	const answer = answerSchema.safeParse(value);
	if (!answer.success) return [];
	const { all_seeds, index_of_first_image: first } = readInfo(answer.data.info);
	return answer.data.images
		.slice(first, first + count)
		.flatMap((image, index) =>
			image instanceof Lifted
				? [
						{
							file: image.kept as KeptFile,
							seed: all_seeds[index],
							revisedPrompt: undefined,
						},
					]
				: [],
		);
}

function readInfo(info: string): z.infer<typeof infoSchema> {
	try {
		return infoSchema.parse(JSON.parse(info));
	} catch {
		return { all_seeds: [], index_of_first_image: 0 };
	}
}

function modelsOf(name: string, value: unknown) {
	const read = modelsSchema.safeParse(value);
	if (!read.success)
		throw new ProviderError(
			"unavailable",
			`${name} did not answer with its checkpoints`,
		);
	return read.data.map(({ title }) => ({ id: title }));
}
