/** Keeps pictures that came with an answer in words: an image model that is asked for a description may draw as well (S0, reading d). */
import type { TransactionQueries } from "../../db/database.ts";
import {
	type BatchResult,
	ProviderError,
	type Warning,
} from "../../providers/provider.ts";
import { lineContextOf } from "../batches/line-context.ts";
import { charge } from "../credits/ledger.ts";
import { insertGeneration } from "../generations/charge-and-enqueue.ts";
import { type DrawnPicture, enterImages } from "../generations/record.ts";
import { storeOriginal } from "../generations/store-original.ts";
import type { StoredRoute } from "../generations/stored-route.ts";
import { endClaimed, holdForVendor } from "../jobs/job-states.ts";
import { ourBatchOf, type Vendor, type VendorStep } from "./vendor-step.ts";

/** Pictures that are about to be entered, together with the answer that they came with. */
export interface Beside {
	/** What the answer's caller is told. */
	readonly warnings: readonly Warning[];
	enter(transaction: TransactionQueries): Promise<void>;
	/** Ends what was entered, when the answer is kept. */
	end(): Promise<void>;
}

const NONE: Beside = {
	warnings: [],
	enter: async () => {},
	end: async () => {},
};

/** They are a generation of their own, which costs nothing: what the vendor asks for them is a part of the answer's cost. */
export async function keepBeside(
	step: VendorStep,
	{ provider }: Vendor,
	answer: { readonly model: string; readonly prompt: string },
	result: Extract<BatchResult, { kind: "done" }>,
): Promise<Beside> {
	if (result.images.length === 0) return NONE;
	const { dependencies, row } = step;
	const pictures = await storedPictures(step, result);
	const [first] = pictures;
	if (first === undefined) return { ...NONE, warnings: [UNREADABLE] };
	const { context, dialect } = await contextOf(step);
	const { principal } = context;
	const id = dependencies.newId("gen");
	const claim = { generationId: id, token: row.id, slots: 0 };
	const route = routeOf(step, answer.model, first);
	return {
		warnings: [
			{
				kind: "adjusted",
				parameter: "modalities",
				message: `The model drew ${pictures.length === 1 ? "a picture" : `${pictures.length} pictures`} beside its answer: kept in the library as ${id}.`,
			},
		],
		enter: async (transaction) => {
			const { teamId } = principal;
			await charge(transaction, dependencies, {
				teamId,
				credits: 0,
				generationId: id,
			});
			await insertGeneration(
				dependencies,
				transaction,
				{
					principal,
					request: {
						dialect,
						prompt: answer.prompt,
						renderedPrompt: answer.prompt,
						renderedFrom: null,
						priority: "batch",
					},
					model: answer.model,
					routes: [route],
					start: { index: 0, route },
					warnings: [],
					plan: {
						count: pictures.length,
						seeds: undefined,
						frame: route.frame,
						delivered: first.shown,
						resolution: "standard",
						aspectRatio: null,
						warnings: [],
					},
					price: { creditsPerImage: 0, dearerImages: 0 },
					inputs: [],
				},
				id,
			);
			await holdForVendor(transaction, dependencies, id, row.id);
			const job = { claim, teamId, route, seeds: null, isPublic: false };
			await enterImages(transaction, dependencies, job, provider, pictures);
		},
		end: async () => {
			const ending = { status: "completed", error: null } as const;
			await endClaimed(dependencies, claim, ending);
		},
	};
}

const UNREADABLE: Warning = {
	kind: "unsupported",
	parameter: "modalities",
	message: "The model sent something beside its answer that is no picture.",
};

/** What is no picture is left out. */
async function storedPictures(
	{ dependencies, row }: VendorStep,
	{ images }: Extract<BatchResult, { kind: "done" }>,
): Promise<DrawnPicture[]> {
	const { team_id } = await dependencies.database.queries
		.selectFrom("batches")
		.select("team_id")
		.where("id", "=", row.batch_id)
		.executeTakeFirstOrThrow();
	const pictures: DrawnPicture[] = [];
	for (const image of images) {
		try {
			const original = await storeOriginal(dependencies, team_id, image);
			const position = pictures.length;
			const { size: shown } = original;
			pictures.push({ position, original, shown, warnings: [] });
		} catch (fault) {
			if (!(fault instanceof ProviderError)) throw fault;
		}
	}
	return pictures;
}

async function contextOf(step: VendorStep) {
	const batch = await ourBatchOf(step);
	const context = await lineContextOf(step.dependencies, batch);
	return { context, dialect: batch.dialect };
}

function routeOf(
	{ dependencies, row }: VendorStep,
	model: string,
	{ original }: DrawnPicture,
): StoredRoute {
	return {
		model,
		provider: row.provider,
		providerModel: row.provider_model,
		frame: original.size,
		countPerCall: 1,
		seed: "ignored",
		negativePrompt: "native",
		ignores: [],
		watermark: dependencies.catalogue.find(model)?.model.watermark ?? "unknown",
		dollars: { perImage: undefined, perMillionTokens: undefined },
	};
}
