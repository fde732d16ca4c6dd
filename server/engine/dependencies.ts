/** What the engine is built on: passed in by the composition root, so that a test can pass something else. */
import type { Database } from "../db/database.ts";
import type { OutboundFetch } from "../net/outbound-guard.ts";
import type { Provider } from "../providers/provider.ts";
import type { Staging } from "../storage/staging.ts";
import type { Storage } from "../storage/storage.ts";
import type { EngineSettings } from "./config.ts";
import type { NewId } from "./ids.ts";
import type { Catalogue } from "./models/catalogue.ts";

/** The part of a pino logger that the engine uses. */
export interface Log {
	debug(facts: object, message: string): void;
	info(facts: object, message: string): void;
	warn(facts: object, message: string): void;
	error(facts: object, message: string): void;
}

/** Told what happened, for metrics. */
export interface Observer {
	generationEnded(facts: { status: string }): void;
	providerCalled(facts: {
		provider: string;
		outcome: string;
		durationMs: number;
	}): void;
}

export interface EngineDependencies {
	readonly database: Database;
	readonly storage: Storage;
	readonly staging: Staging;
	readonly fetchGuarded: OutboundFetch;
	readonly providers: ReadonlyMap<string, Provider>;
	readonly catalogue: Catalogue;
	readonly settings: EngineSettings;
	/** Milliseconds since 1970. */
	readonly clock: () => number;
	readonly newId: NewId;
	/** From 0 up to but not including 1. */
	readonly random: () => number;
	readonly log: Log;
	readonly observer: Observer;
}
