/** Holds the client's types against the server's schemas: when an answer changes so that the client would misread it, this does not compile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type {
	batchesResponse,
	batchResponse,
	estimatedBatchResponse,
	estimateResponse,
	previewResponse,
	rowsResponse,
} from "../server/dialects/platform/batch-responses.ts";
import { batchFields } from "../server/dialects/platform/batch-schema.ts";
import type { modelResponse } from "../server/dialects/platform/model-responses.ts";
import {
	errorResponse,
	type generationResponse,
	type queuedResponse,
	type quoteResponse,
	type usageResponse,
} from "../server/dialects/platform/responses.ts";
import { generationBody } from "../server/dialects/platform/schema.ts";
import type {
	Batch,
	BatchFields,
	BatchPreview,
	Estimate,
	EstimatedBatch,
	RowPage,
} from "./batch.ts";
import type {
	Generation,
	GenerationAsk,
	GenerationHead,
	Quote,
} from "./generation.ts";
import type { Usage } from "./gesso-client.ts";
import type { Model } from "./model.ts";

/** What the server says, by one of its schemas. */
type Told<Schema extends { readonly _zod: { readonly output: unknown } }> =
	Schema["_zod"]["output"] extends { readonly data: infer Data } ? Data : never;

/** Compiles only where all that the server says can be read as the client's type. */
function isReadAs<Client>() {
	return <Server extends Client>(_told?: Server): void => {};
}

test("every answer can be read as the client's type for it", () => {
	isReadAs<Batch>()<Told<typeof batchResponse>>();
	isReadAs<EstimatedBatch>()<Told<typeof estimatedBatchResponse>>();
	isReadAs<Estimate>()<Told<typeof estimateResponse>>();
	isReadAs<RowPage>()<Told<typeof rowsResponse>>();
	isReadAs<BatchPreview>()<Told<typeof previewResponse>>();
	isReadAs<{ batches: readonly Batch[]; hasMore: boolean }>()<
		Told<typeof batchesResponse>
	>();
	isReadAs<Generation>()<Told<typeof generationResponse>>();
	isReadAs<GenerationHead>()<Told<typeof queuedResponse>>();
	isReadAs<Quote>()<Told<typeof quoteResponse>>();
	isReadAs<Model>()<Told<typeof modelResponse>>();
	isReadAs<Usage>()<Told<typeof usageResponse>>();
	assert.ok("requestId" in errorResponse.shape);
});

/** Every word, so that a new one in the type wants to be named here, and by the server. */
const BATCH_WORDS: Readonly<Record<keyof BatchFields, true>> = {
	name: true,
	form: true,
	kind: true,
	prompt: true,
	negativePrompt: true,
	keyColumn: true,
	photoColumns: true,
	presetId: true,
	variables: true,
	fileColumns: true,
	fileName: true,
	strategy: true,
	modelVersion: true,
	describingModelVersion: true,
	sampleCount: true,
	aspectRatio: true,
	resolution: true,
	size: true,
	maxPhotos: true,
	onMissingPhoto: true,
	auto: true,
	rowsAtOnce: true,
};
const GENERATION_WORDS: Readonly<Record<keyof GenerationAsk, true>> = {
	prompt: true,
	negativePrompt: true,
	presetId: true,
	variables: true,
	modelVersion: true,
	sampleCount: true,
	aspectRatio: true,
	resolution: true,
	size: true,
	seed: true,
	isPublic: true,
	refImageBase64: true,
	refImageUrls: true,
};

test("every word that the client has for an ask is one of the server's", () => {
	const unknown = (words: object, shape: object) =>
		Object.keys(words).filter((word) => !Object.hasOwn(shape, word));
	assert.deepEqual(unknown(BATCH_WORDS, batchFields.shape), []);
	assert.deepEqual(unknown(GENERATION_WORDS, generationBody.shape), []);
});
