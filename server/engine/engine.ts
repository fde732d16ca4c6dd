/** The engine: all that a dialect may see. It knows no vendor and no HTTP. */
import type { ByteRange, StoredObject } from "../storage/storage.ts";
import { balanceOf, type CreditSums, creditSums } from "./credits/ledger.ts";
import type { EngineDependencies } from "./dependencies.ts";
import { EngineError } from "./errors.ts";
import { accept, quote, work } from "./generations/generate.ts";
import type {
	Generation,
	GenerationRequest,
	Image,
	Principal,
	Quote,
} from "./generations/request.ts";
import { findGeneration } from "./generations/rows.ts";
import { isId } from "./ids.ts";
import { cancel } from "./jobs/job-states.ts";
import { type QueueDepth, queueDepths } from "./jobs/queue-depths.ts";
import { WaitingRoom } from "./jobs/waiting-room.ts";
import { Worker } from "./jobs/worker.ts";
import {
	deleteImage,
	findByPublicToken,
	getImage,
	type LibraryImage,
	type LibraryPage,
	type LibraryQuery,
	listGallery,
	listImages,
	setPublic,
} from "./library/library.ts";
import {
	openVariant,
	type Variant,
	type VariantFacts,
	variantFacts,
	variantSize,
} from "./library/variants.ts";
import { authenticate } from "./teams/teams.ts";

export {
	MAX_EDGE,
	MAX_SEED,
	MIN_EDGE,
} from "./generations/check-capabilities.ts";
export { cacheKeyOf } from "./generations/find-cached.ts";
export type { LibraryImage };

/** A generation, and whether its pictures were there already. */
export interface GenerationResult {
	readonly generation: Generation;
	readonly isFromCache: boolean;
}

export interface Engine {
	/** Begins to work on what is queued. */
	start(): Promise<void>;
	/** Lets running work finish for `graceMs`, hands the rest back to the queue, and ends. */
	stop(graceMs: number): Promise<void>;

	/** @throws {EngineError} `unauthenticated` */
	authenticate(apiKey: string | undefined): Promise<Principal>;

	/** Charges and enqueues, or finds in the cache. @throws {EngineError}, and has charged and kept nothing then. */
	generate(
		principal: Principal,
		request: GenerationRequest,
	): Promise<GenerationResult>;
	/** What `generate` would charge; does nothing. */
	quote(principal: Principal, request: GenerationRequest): Promise<Quote>;
	/** @throws {EngineError} `not_found` */
	getGeneration(principal: Principal, id: string): Promise<Generation>;
	/**
	 * Waits until a generation ended, at most as long as the settings say, and returns it as it is then.
	 * @throws {EngineError} `not_found`; `wait_timed_out` when this process stops meanwhile.
	 */
	waitForEnd(
		principal: Principal,
		id: string,
		signal?: AbortSignal,
	): Promise<Generation>;
	/** Stops a generation and refunds what is not drawn. @throws {EngineError} `not_found`, or `conflict` when it has ended. */
	cancelGeneration(principal: Principal, id: string): Promise<Generation>;

	listImages(principal: Principal, query: LibraryQuery): Promise<LibraryPage>;
	listGallery(query: LibraryQuery): Promise<LibraryPage>;
	getImage(principal: Principal, id: string): Promise<LibraryImage>;
	setImagePublic(
		principal: Principal,
		id: string,
		isPublic: boolean,
	): Promise<LibraryImage>;
	deleteImage(principal: Principal, id: string): Promise<void>;
	/** The image behind a public URL. */
	findPublicImage(publicToken: string): Promise<Image | null>;
	variantFacts(image: Image, variant: Variant): VariantFacts;
	variantSize(image: Image, variant: Variant): Promise<number>;
	openVariant(
		image: Image,
		variant: Variant,
		range?: ByteRange,
	): Promise<StoredObject>;

	creditSums(principal: Principal): Promise<CreditSums>;
	queueDepths(): Promise<QueueDepth[]>;
	/** Fails when the database does not answer. */
	checkHealth(): Promise<void>;
	readonly syncWaitSeconds: number;
	readonly maxImagesPerRequest: number;
}

export function createEngine(dependencies: EngineDependencies): Engine {
	const { database, settings } = dependencies;
	const waitingRoom = new WaitingRoom(dependencies);
	const worker = new Worker(dependencies, (claim, signal) =>
		work(dependencies, claim, signal),
	);

	async function getGeneration(
		principal: Principal,
		id: string,
	): Promise<Generation> {
		const generation = isId(id)
			? await findGeneration(database.queries, id, principal.teamId)
			: null;
		if (generation === null) throw noSuchGeneration(id);
		return generation;
	}

	return {
		syncWaitSeconds: settings.syncWaitSeconds,
		maxImagesPerRequest: settings.maxImagesPerRequest,
		start: () => worker.start(),
		stop: async (graceMs) => {
			await worker.stop(graceMs);
			waitingRoom.close();
		},

		authenticate: async (apiKey) => {
			const principal =
				apiKey === undefined
					? null
					: await authenticate(database.queries, apiKey);
			if (principal !== null) return principal;
			throw new EngineError(
				"unauthenticated",
				apiKey === undefined
					? "An apiKey is missing. Send it as `Authorization: Bearer sk-img-...`."
					: "This apiKey is not valid. It may be mistyped or revoked.",
			);
		},

		generate: async (principal, request) => {
			const acceptance = await accept(dependencies, principal, request);
			if (acceptance.kind === "cached")
				return { generation: acceptance.generation, isFromCache: true };
			const generation = await getGeneration(
				principal,
				acceptance.generationId,
			);
			return { generation, isFromCache: false };
		},
		quote: async (principal, request) =>
			quote(
				dependencies,
				request,
				await balanceOf(database.queries, principal.teamId),
			),
		getGeneration,
		waitForEnd: async (principal, id, signal) => {
			const left = new AbortController();
			// The wait begins before the look, so that an end in between is not missed.
			const waited = waitingRoom.wait(
				id,
				settings.syncWaitSeconds * 1000,
				signal ? AbortSignal.any([signal, left.signal]) : left.signal,
			);
			try {
				const generation = await getGeneration(principal, id);
				if (generation.endedAt !== null) return generation;
				await waited;
				const later = await getGeneration(principal, id);
				if (later.endedAt === null && waitingRoom.isClosed) {
					throw new EngineError(
						"wait_timed_out",
						"The server is stopping. The generation is kept and goes on; ask for it by its id.",
						{ details: { generationId: id } },
					);
				}
				return later;
			} finally {
				left.abort();
			}
		},
		cancelGeneration: async (principal, id) => {
			const outcome = isId(id)
				? await cancel(dependencies, principal.teamId, id)
				: "unknown";
			if (outcome === "unknown") throw noSuchGeneration(id);
			const generation = await getGeneration(principal, id);
			if (outcome === "too_late") {
				throw new EngineError(
					"conflict",
					`The generation is ${generation.status} already and cannot be canceled.`,
					{ details: { generationId: id } },
				);
			}
			await database.announce({
				kind: outcome === "ended" ? "ended" : "cancel_requested",
				generationId: id,
			});
			return generation;
		},

		listImages: (principal, query) =>
			listImages(dependencies, principal.teamId, query),
		listGallery: (query) => listGallery(dependencies, query),
		getImage: (principal, id) => getImage(dependencies, principal.teamId, id),
		setImagePublic: (principal, id, isPublic) =>
			setPublic(dependencies, principal.teamId, id, isPublic),
		deleteImage: (principal, id) =>
			deleteImage(dependencies, principal.teamId, id),
		findPublicImage: (token) => findByPublicToken(dependencies, token),
		variantFacts,
		variantSize: (image, variant) => variantSize(dependencies, image, variant),
		openVariant: (image, variant, range) =>
			openVariant(dependencies, image, variant, range),

		creditSums: (principal) => creditSums(database.queries, principal.teamId),
		queueDepths: () => queueDepths(database.queries),
		checkHealth: async () => {
			await database.queries
				.selectFrom("teams")
				.select("id")
				.limit(1)
				.execute();
		},
	};
}

function noSuchGeneration(id: string): EngineError {
	return new EngineError(
		"not_found",
		`There is no generation ${id} in this team.`,
	);
}
