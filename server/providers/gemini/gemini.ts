/** Draws and talks with the models of the Gemini Developer API, over its own wire. */
import {
	type CallContext,
	type ImageCall,
	type ImageCallResult,
	type Provider,
	ProviderError,
	type VendorModel,
} from "../provider.ts";
import type { ProviderServices } from "../provider-kind.ts";
import { jsonBody } from "../wire/bodies.ts";
import { Vendor } from "../wire/vendor.ts";
import { type GeminiAccount, modelUrl, resourceUrl } from "./account.ts";
import { imagesIn, isPictureData, readAnswer } from "./answer.ts";
import { LIMITS } from "./batch-input.ts";
import { readResults } from "./batch-results.ts";
import { cancelBatch, findBatch, pollBatch, submitBatch } from "./batches.ts";
import { chat } from "./chat.ts";
import { faultOf } from "./faults.ts";
import { fieldsOf, listOf, textOf } from "./reading.ts";
import { imageConfig, placePictures, promptContents } from "./request.ts";
import { readUsage } from "./usage.ts";
import { refusalIn, withoutPicture } from "./verdict.ts";

interface GeminiOptions {
	readonly url: string;
	readonly apiKey: string | undefined;
	/** What is said when there is no API key. */
	readonly whatIsMissing: string;
	/** Whether lines of batches say what the answer may consist of. */
	readonly batchModalities: boolean;
}

const MODELS_PER_PAGE = 1_000;
const MAX_PAGES = 20;

export function createGemini(
	name: string,
	{ url, apiKey, whatIsMissing, batchModalities }: GeminiOptions,
	services: ProviderServices,
): Omit<Provider, "limits"> {
	const http = services.openHttp();
	const open = (): GeminiAccount => {
		if (apiKey === undefined)
			throw new ProviderError("not_configured", `${name}: ${whatIsMissing}`);
		return { name, url, vendor };
	};
	const vendor = new Vendor({
		name,
		http,
		fetchGuarded: services.fetchGuarded([]),
		headers: { "x-goog-api-key": apiKey ?? "" },
		faultOf,
		clock: services.clock,
		random: services.random,
	});
	return {
		name,
		readiness:
			apiKey === undefined
				? { status: "not_configured", detail: whatIsMissing }
				: { status: "ready", detail: new URL(url).host },
		provenance: "generative",
		generateImages: async (call, context) => await draw(open(), call, context),
		async *chat(call, context) {
			yield* chat(open(), call, context);
		},
		batches: {
			limits: LIMITS,
			submit: async (submission, context) =>
				await submitBatch(open(), submission, batchModalities, context),
			find: async (displayName, signal) =>
				await findBatch(open(), displayName, signal),
			poll: async (batchId, signal) => await pollBatch(open(), batchId, signal),
			async *results(batchId, context) {
				yield* readResults(open(), batchId, context);
			},
			cancel: async (batchId, signal) =>
				await cancelBatch(open(), batchId, signal),
		},
		listModels: async (signal) => await listModels(open(), signal),
		close: () => http.close(),
	};
}

async function draw(
	account: GeminiAccount,
	call: ImageCall,
	context: CallContext,
): Promise<ImageCallResult> {
	const place = await placePictures(account, call.inputImages, context.signal);
	const { value } = await account.vendor.json(
		{
			method: "POST",
			url: modelUrl(account, call.model, "generateContent"),
			body: jsonBody({
				contents: promptContents(call, place),
				generationConfig: {
					responseModalities: ["IMAGE"],
					imageConfig: imageConfig(call.frame),
					seed: call.seed,
				},
			}),
		},
		context,
		isPictureData,
	);
	const answer = readAnswer(value);
	const drawn = imagesIn(answer.parts, call.seed);
	const usage = readUsage(answer.usageMetadata, drawn.length > 0);
	if (drawn.length === 0)
		throw (
			refusalIn(account.name, answer, usage) ??
			withoutPicture(account.name, answer, usage)
		);
	const surplus = drawn.length - call.count;
	return {
		images: drawn.slice(0, call.count),
		warnings:
			surplus > 0
				? [
						{
							kind: "adjusted",
							parameter: "count",
							message: `The model drew ${surplus} more than was asked for; they were left out.`,
						},
					]
				: [],
		usage,
		costDollars: undefined,
	};
}

async function listModels(
	account: GeminiAccount,
	signal: AbortSignal,
): Promise<readonly VendorModel[]> {
	const models: VendorModel[] = [];
	let pageToken: string | undefined;
	for (let page = 0; page < MAX_PAGES; page++) {
		const query = new URLSearchParams({ pageSize: String(MODELS_PER_PAGE) });
		if (pageToken !== undefined) query.set("pageToken", pageToken);
		const { value } = await account.vendor.json(
			{ url: `${resourceUrl(account, "models")}?${query}` },
			{ signal },
		);
		const found = fieldsOf(value);
		for (const model of listOf(found.models)) {
			const id = textOf(fieldsOf(model).name)?.replace(/^models\//, "");
			if (id !== undefined) models.push({ id });
		}
		pageToken = textOf(found.nextPageToken);
		if (pageToken === undefined) break;
	}
	return models;
}
