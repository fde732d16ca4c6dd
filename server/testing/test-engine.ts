/** The engine for a test, without HTTP and on a clock that the test moves: its parts can be run step by step, or started as a whole. */
import path from "node:path";
import type { TestContext } from "node:test";
import type { Selectable } from "kysely";
import { pino } from "pino";
import type { Database } from "../db/database.ts";
import type { GenerationsTable } from "../db/schema.ts";
import { engineSettings } from "../engine/config.ts";
import type { EngineDependencies } from "../engine/dependencies.ts";
import { createEngine, type Engine } from "../engine/engine.ts";
import { accept, work } from "../engine/generations/generate.ts";
import type {
	Generation,
	GenerationRequest,
	GenerationStatus,
	Principal,
} from "../engine/generations/request.ts";
import { createIds } from "../engine/ids.ts";
import { type Claim, claimNext } from "../engine/jobs/job-states.ts";
import { openGate } from "../engine/jobs/provider-gates.ts";
import { createCatalogue } from "../engine/models/catalogue.ts";
import type { Model } from "../engine/models/model.ts";
import { createApiKey, createTeam } from "../engine/teams/teams.ts";
import { createOutboundFetch } from "../net/outbound-guard.ts";
import { readSettings } from "../settings.ts";
import { createDiskStorage } from "../storage/disk/disk-storage.ts";
import { createStaging } from "../storage/staging.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import { type PoweredDatabase, withPowerSwitch } from "./power-switch.ts";
import {
	createScriptedProvider,
	type ScriptedProvider,
	scriptedModel,
} from "./scripted-provider.ts";
import { openPlaceDatabase } from "./test-database.ts";
import { openMigratedPlace, type TestPlace } from "./test-place.ts";
import { waitUntil } from "./wait-until.ts";

export interface TestEngine {
	readonly dependencies: EngineDependencies;
	/** Its front door; nothing is drawn unless the test starts it. */
	readonly engine: Engine;
	readonly place: TestPlace;
	readonly clock: ManualClock;
	readonly provider: ScriptedProvider;
	/** Makes a team with an apiKey. */
	team(credits?: number): Promise<Principal>;
	/** Charges and enqueues a small picture, or what `changes` say. @returns the id of the generation. */
	submit(
		principal: Principal,
		changes?: Partial<GenerationRequest>,
	): Promise<string>;
	/** Claims what is next, as a worker with many slots would. */
	claim(slots?: Partial<Slots>): Promise<Claim | null>;
	/** Works on a claim as a worker would that nobody disturbs. */
	work(claim: Claim | null): Promise<GenerationStatus | null>;
	/** Works on what is queued until it ended, however often it is tried again. @returns the generation of this id. */
	drawn(principal: Principal, id: string): Promise<Generation>;
	/** A generation as the database has it. */
	row(id: string): Promise<Selectable<GenerationsTable>>;
	/** Its way to the database. */
	readonly power: Pick<PoweredDatabase, "cut" | "restore">;
	/** Ends as a killed process does: at any point of its work, and without giving anything back. */
	crash(): Promise<void>;
	/** Waits until a generation ended. */
	ended(principal: Principal, id: string): Promise<Generation>;
}

interface Slots {
	readonly concurrency: number;
	readonly freeSlots: number;
	/** The provider for which to claim; the first one when left out. */
	readonly from: ScriptedProvider;
}

export interface TestEngineOptions {
	/** Settings other than the defaults, as environment variables. */
	readonly environment?: Readonly<Record<string, string>>;
	readonly provider?: ScriptedProvider;
	/** Beside the first one. */
	readonly otherProviders?: readonly ScriptedProvider[];
	readonly models?: readonly Model[];
	readonly random?: () => number;
	readonly allowedHosts?: readonly string[];
	/** Another process's engine, to be one more on its place. */
	readonly beside?: TestEngine;
	/** The place, when there is no other process on it yet. */
	readonly place?: TestPlace;
	/** Not the other process's clock, but one of its own. */
	readonly clock?: ManualClock;
}

/** Longer than any wait before something is tried again. */
const LONGEST_DELAY_MS = 120_000;

/** Opens an engine and has everything closed after the test. */
export async function openTestEngine(
	test: Pick<TestContext, "after">,
	options: TestEngineOptions = {},
): Promise<TestEngine> {
	const { beside } = options;
	const place =
		beside?.place ?? options.place ?? (await openMigratedPlace(test));
	const clock = options.clock ?? beside?.clock ?? createManualClock();
	const provider =
		options.provider ?? beside?.provider ?? createScriptedProvider();
	const providers = [provider, ...(options.otherProviders ?? [])];
	const wholeDatabase = await takeDatabase(place);
	const power = withPowerSwitch(wholeDatabase);
	const { database } = power;
	const staging = await createStaging(
		path.join(place.dataDirectory, "staging"),
	);
	place.closeFirst(() => staging.close());
	const dependencies: EngineDependencies = {
		database,
		storage: createDiskStorage(path.join(place.dataDirectory, "storage")),
		staging,
		fetchGuarded: createOutboundFetch({
			allowedHosts: options.allowedHosts ?? [],
		}),
		providers: new Map(providers.map((each) => [each.name, each])),
		catalogue: createCatalogue({
			models: options.models ?? [scriptedModel()],
			retired: [],
		}),
		settings: readSettings(
			engineSettings,
			{
				GESSO_DEFAULT_MODEL: "scripted",
				GESSO_POLL_MS: "20",
				...options.environment,
			},
			[],
		),
		clock: clock.now,
		newId: createIds(clock.now),
		random: options.random ?? (() => 0.5),
		log: pino({ level: process.env.TEST_LOG_LEVEL ?? "silent" }),
		observer: { generationEnded: () => {}, providerCalled: () => {} },
	};
	for (const { name } of providers) await openGate(database.queries, name);
	const engine = createEngine(dependencies);
	place.closeFirst(() => engine.stop(0));
	const house: TestEngine = {
		dependencies,
		engine,
		place,
		clock,
		provider,
		team: (credits = 100) => makeTeam(dependencies, credits),
		submit: async (principal, changes) => {
			const accepted = await accept(
				dependencies,
				principal,
				smallRequest(changes),
			);
			return accepted.kind === "cached"
				? accepted.generation.id
				: accepted.generationId;
		},
		claim: async ({
			concurrency = 1_000,
			freeSlots = 1_000,
			from = provider,
		} = {}) =>
			await claimNext(dependencies, {
				provider: from.name,
				concurrency,
				imagesPerMinute: from.limits.imagesPerMinute,
				freeSlots,
				leaseMs: dependencies.settings.leaseMs,
			}),
		work: async (claim) => {
			if (claim === null) throw new Error("There was nothing to claim");
			return await work(dependencies, claim, new AbortController().signal);
		},
		drawn: async (principal, id) => {
			while ((await house.work(await house.claim())) === null)
				clock.advance(LONGEST_DELAY_MS);
			return await engine.getGeneration(principal, id);
		},
		row: async (id) =>
			await database.queries
				.selectFrom("generations")
				.selectAll()
				.where("id", "=", id)
				.executeTakeFirstOrThrow(),
		power,
		crash: async () => {
			power.cut();
			// It can neither read nor write a row any more; this only ends its timers.
			await engine.stop(0);
			await staging.close();
			leaveDatabase(place, wholeDatabase);
		},
		ended: async (principal, id) =>
			await waitUntil(async () => {
				const generation = await engine.getGeneration(principal, id);
				return generation.endedAt !== null && generation;
			}),
	};
	return house;
}

/** A request for pictures that are quick to draw. */
export function smallRequest(
	changes: Partial<GenerationRequest> = {},
): GenerationRequest {
	return {
		dialect: "platform",
		prompt: "a small picture",
		count: 1,
		size: { width: 64, height: 64 },
		...changes,
	};
}

/** Databases that are open on a place and belong to no process that lives. */
const idleDatabases = new WeakMap<TestPlace, Database[]>();

/**
 * Takes a database that a crashed process left, or opens one. On SQLite all processes of a place share one: two
 * connections in one process would wait for each other's locks without letting go of the event loop.
 */
async function takeDatabase(place: TestPlace): Promise<Database> {
	const idle = idleDatabases.get(place) ?? [];
	idleDatabases.set(place, idle);
	const left = idle.pop();
	if (left !== undefined) {
		if (left.kind === "sqlite") idle.push(left);
		return left;
	}
	const database = await openPlaceDatabase(place);
	if (database.kind === "sqlite") idle.push(database);
	place.closeFirst(() => database.close());
	return database;
}

function leaveDatabase(place: TestPlace, database: Database): void {
	if (database.kind === "postgres") idleDatabases.get(place)?.push(database);
}

async function makeTeam(
	dependencies: EngineDependencies,
	credits: number,
): Promise<Principal> {
	const teamId = await createTeam(dependencies, { name: "test team", credits });
	const { id } = await createApiKey(dependencies, {
		teamId,
		name: "test",
		role: "admin",
	});
	return { teamId, kind: "team", apiKeyId: id, role: "admin" };
}
