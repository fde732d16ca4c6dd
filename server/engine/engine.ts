/** The engine: all that a dialect may see. It knows no vendor and no HTTP. */
import type { ByteRange, StoredObject } from "../storage/storage.ts";
import { type Batches, createBatches } from "./batches/batches.ts";
import type { Batch } from "./batches/find-batches.ts";
import { type Catalogues, createCatalogues } from "./catalogues/catalogues.ts";
import { createChatRoom } from "./chat/chat-room.ts";
import type { ChatRoom } from "./chat/reply-request.ts";
import {
	type ConversationRoom,
	createConversationRoom,
} from "./conversations/conversation-room.ts";
import { balanceOf, type CreditSums, creditSums } from "./credits/ledger.ts";
import type { EngineDependencies } from "./dependencies.ts";
import { createFiles, type Files } from "./files/files.ts";
import type { TeamFile } from "./files/find-files.ts";
import { cancelGeneration } from "./generations/cancel-generation.ts";
import { accept, quote, requireEnabled, work } from "./generations/generate.ts";
import { createInputs, type Inputs } from "./generations/inputs.ts";
import { PartialBoard } from "./generations/partial-images.ts";
import type {
	Generation,
	GenerationRequest,
	Image,
	Principal,
	Quote,
} from "./generations/request.ts";
import { getGeneration } from "./generations/rows.ts";
import type { Terms } from "./generations/terms.ts";
import { waitUntilEnded } from "./generations/wait-until-ended.ts";
import {
	type GenerationEvent,
	watchGeneration,
} from "./generations/watch-generation.ts";
import type { Interaction, Interactions } from "./interactions/interaction.ts";
import { createInteractions } from "./interactions/interactions.ts";
import { type QueueDepth, queueDepths } from "./jobs/queue-depths.ts";
import { WaitingRoom } from "./jobs/waiting-room.ts";
import { Worker } from "./jobs/worker.ts";
import {
	deleteImage,
	findByPublicToken,
	findImage,
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
import {
	getModel,
	type ListedModel,
	listModels,
} from "./models/list-models.ts";
import { createPresets, type Presets } from "./presets/presets.ts";
import { createGuests, type Guests } from "./teams/guests.ts";
import { getTeam, requirePrincipal, type Team } from "./teams/teams.ts";

export {
	MAX_EDGE,
	MIN_EDGE,
} from "./generations/check-capabilities.ts";
export { cacheKeyOf } from "./generations/find-cached.ts";
export { MAX_SEED } from "./generations/seeds.ts";
export type {
	GenerationEvent,
	PartialImage,
} from "./generations/watch-generation.ts";
export type { Batch, Interaction, LibraryImage, ListedModel, TeamFile };

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
	/** Those who come without an apiKey. */
	readonly guests: Guests;
	getTeam(principal: Principal): Promise<Team>;

	/** For dialects that must say so before anything else is looked at. @throws {EngineError} `generation_disabled` */
	requireEnabled(): void;
	readonly inputs: Inputs;
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
	/**
	 * The generation's unfinished pictures as they come, and at last the generation as it ended, however long that takes.
	 * Nothing comes after the signal; the work goes on.
	 * @throws {EngineError} as `waitForEnd` does.
	 */
	watchGeneration(
		principal: Principal,
		id: string,
		signal: AbortSignal,
	): AsyncIterable<GenerationEvent>;
	/** Stops a generation and refunds what is not drawn. @throws {EngineError} `not_found`, or `conflict` when it has ended. */
	cancelGeneration(principal: Principal, id: string): Promise<Generation>;

	readonly chat: ChatRoom;
	readonly conversations: ConversationRoom;
	readonly interactions: Interactions;
	readonly files: Files;
	readonly batches: Batches;
	readonly catalogues: Catalogues;
	readonly presets: Presets;

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
	/** The image of any team, behind a URL that was signed for it. */
	findSignedImage(id: string): Promise<Image | null>;
	variantFacts(image: Image, variant: Variant): VariantFacts;
	variantSize(image: Image, variant: Variant): Promise<number>;
	openVariant(
		image: Image,
		variant: Variant,
		range?: ByteRange,
	): Promise<StoredObject>;

	/** Every model and every retired name, with who draws it here. */
	listModels(): readonly ListedModel[];
	/** By any of its names. @throws {EngineError} `not_found` */
	getModel(name: string): ListedModel;

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
	const partialBoard = new PartialBoard(dependencies);
	const worker = new Worker(dependencies, (claim, signal) =>
		work(dependencies, claim, signal),
	);

	const ownGeneration = ({ teamId }: Principal, id: string) =>
		getGeneration(database.queries, teamId, id);

	const waitForEnd = (principal: Principal, id: string, signal?: AbortSignal) =>
		waitUntilEnded(
			waitingRoom,
			{ id, waitMs: settings.syncWaitSeconds * 1000, signal },
			() => ownGeneration(principal, id),
		);

	async function generate(
		principal: Principal,
		request: GenerationRequest,
		alongside?: Terms["alongside"],
	): Promise<GenerationResult> {
		const terms = alongside && { alongside };
		const acceptance = await accept(dependencies, principal, request, terms);
		if (acceptance.kind === "cached")
			return { generation: acceptance.generation, isFromCache: true };
		const generation = await ownGeneration(principal, acceptance.generationId);
		return { generation, isFromCache: false };
	}
	const watch = (principal: Principal, id: string, signal: AbortSignal) =>
		watchGeneration(
			dependencies,
			partialBoard,
			id,
			() => waitForEnd(principal, id, signal),
			signal,
		);
	const chat = createChatRoom(dependencies, {
		generate,
		waitForEnd,
		watchGeneration: watch,
	});
	const batches = createBatches(dependencies, chat);
	const catalogues = createCatalogues(dependencies, batches);
	const cancelOwn = ({ teamId }: Principal, id: string) =>
		cancelGeneration(dependencies, teamId, id);
	const interactions = createInteractions(dependencies, {
		chat,
		waitForEnd,
		cancelGeneration: cancelOwn,
	});

	return {
		chat,
		conversations: createConversationRoom(dependencies),
		files: createFiles(dependencies),
		batches,
		catalogues,
		interactions,
		presets: createPresets(dependencies),
		syncWaitSeconds: settings.syncWaitSeconds,
		maxImagesPerRequest: settings.maxImagesPerRequest,
		start: async () => {
			await worker.start();
			batches.start();
			catalogues.startFeeding();
		},
		stop: async (graceMs) => {
			await Promise.all([
				worker.stop(graceMs),
				chat.stop(graceMs),
				batches.stop(),
				catalogues.stopFeeding(),
			]);
			await interactions.stop();
			waitingRoom.close();
			partialBoard.close();
		},

		authenticate: (apiKey) => requirePrincipal(database.queries, apiKey),
		guests: createGuests(dependencies),
		getTeam: ({ teamId }) => getTeam(database.queries, teamId),

		requireEnabled: () => requireEnabled(dependencies),
		inputs: createInputs(dependencies),
		generate,
		quote: async (principal, request) =>
			quote(
				dependencies,
				principal.teamId,
				request,
				await balanceOf(database.queries, principal.teamId),
			),
		getGeneration: ownGeneration,
		waitForEnd,
		watchGeneration: watch,
		cancelGeneration: cancelOwn,

		listImages: (principal, query) =>
			listImages(dependencies, principal.teamId, query),
		listGallery: (query) => listGallery(dependencies, query),
		getImage: (principal, id) => getImage(dependencies, principal.teamId, id),
		setImagePublic: (principal, id, isPublic) =>
			setPublic(dependencies, principal.teamId, id, isPublic),
		deleteImage: (principal, id) =>
			deleteImage(dependencies, principal.teamId, id),
		findPublicImage: (token) => findByPublicToken(dependencies, token),
		findSignedImage: (id) => findImage(dependencies, id),
		variantFacts,
		variantSize: (image, variant) => variantSize(dependencies, image, variant),
		openVariant: (image, variant, range) =>
			openVariant(dependencies, image, variant, range),

		listModels: () => listModels(dependencies),
		getModel: (name) => getModel(dependencies, name),

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
