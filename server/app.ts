/** The one place that wires the rooms together: from a configuration to a server that can be started, or asked without a socket. */
import path from "node:path";
import { type Logger, pino } from "pino";
import type { Config } from "./config.ts";
import type { Database } from "./db/database.ts";
import { openDatabase } from "./db/open-database.ts";
import { createEngine, type Engine } from "./engine/engine.ts";
import { createIds, type NewId } from "./engine/ids.ts";
import { catalogue } from "./engine/models/catalogue.ts";
import type { Model } from "./engine/models/model.ts";
import { registerHealth } from "./http/health.ts";
import { createHttpServer, type HttpServer } from "./http/http-server.ts";
import { createMetrics } from "./http/metrics.ts";
import { registerOpenApi } from "./http/openapi.ts";
import { registerPublicImages } from "./http/public-images.ts";
import { createPublicUrl } from "./http/public-url.ts";
import { registerWelcome } from "./http/welcome/welcome.ts";
import { createOutboundFetch } from "./net/outbound-guard.ts";
import { dominantColours } from "./pixels/dominant-colours.ts";
import type { InputImage, Provider } from "./providers/provider.ts";
import { openProviders } from "./providers/registry.ts";
import { createDiskStorage } from "./storage/disk/disk-storage.ts";
import { createStaging, type Staging } from "./storage/staging.ts";

const VERSION = "0.1.0";

const PALETTE_COLOURS = 5;

export interface App {
	readonly server: HttpServer;
	readonly engine: Engine;
	readonly database: Database;
	readonly providers: readonly Provider[];
	readonly clock: () => number;
	readonly newId: NewId;
	readonly log: Logger;
	/** Stops taking requests, finishes or hands back running work, and lets go of everything. */
	close(): Promise<void>;
}

/** What a test may put in the place of the real thing. */
export interface Replacements {
	readonly providers?: readonly Provider[];
	readonly models?: readonly Model[];
	readonly clock?: () => number;
	readonly random?: () => number;
	readonly log?: Logger;
}

/** Opens everything and begins to work on what is queued; does not listen yet. */
export async function createApp(
	config: Config,
	replacements: Replacements = {},
): Promise<App> {
	const log = replacements.log ?? createLog(config.http.logLevel);
	const clock = replacements.clock ?? Date.now;
	const newId = createIds(clock);
	const dataDirectory = path.resolve(config.house.dataDirectory);
	const database = await openDatabase({
		url: config.house.databaseUrl,
		dataDirectory,
		report: (fault) => log.error({ err: fault }, "A database connection broke"),
	});
	const staging = await createStaging(path.join(dataDirectory, "staging"));
	const providers =
		replacements.providers ??
		openProviders({
			painter: config.painter,
			dominantColours: (image) => coloursOf(staging, image),
		});
	const metrics = createMetrics();
	const engine = createEngine({
		database,
		storage: createDiskStorage(path.join(dataDirectory, "storage")),
		staging,
		fetchGuarded: createOutboundFetch({
			allowedHosts: config.net.allowedHosts,
			timeoutMs: config.net.timeoutSeconds * 1000,
		}),
		providers: new Map(providers.map((provider) => [provider.name, provider])),
		models: replacements.models ?? catalogue,
		settings: config.engine,
		clock,
		newId,
		random: replacements.random ?? Math.random,
		log,
		observer: metrics.observer,
	});

	let isStopping = false;
	const server = createHttpServer({
		log,
		maxBodyBytes: config.http.maxBodyBytes,
	});
	server.addHook("onSend", async (_request, reply) => {
		// A connection kept open for a next request would keep the process from ending.
		if (isStopping) void reply.header("connection", "close");
	});
	await registerOpenApi(server, VERSION);
	metrics.register(server, engine);
	registerHealth(server, engine, () => isStopping);
	registerPublicImages(server, engine);
	registerWelcome(server, { providers, version: VERSION });
	const context = {
		engine,
		publicUrl: createPublicUrl(config.http.publicUrl),
		clock,
	};
	for (const registerDialect of config.dialects)
		await registerDialect(server, context);
	await server.ready();
	await engine.start();

	return {
		server,
		engine,
		database,
		providers,
		clock,
		newId,
		log,
		close: async () => {
			isStopping = true;
			// The work first: callers who wait for it get their pictures, and then the connections close.
			await engine.stop(config.house.shutdownSeconds * 1000);
			await server.close();
			await Promise.all(providers.map((provider) => provider.close()));
			await staging.close();
			await database.close();
		},
	};
}

/** sharp wants a file; a picture in storage may be anywhere. */
async function coloursOf(staging: Staging, image: InputImage) {
	const file = await staging.stage(await image.open());
	try {
		return await dominantColours(file.path, PALETTE_COLOURS);
	} finally {
		await staging.discard(file);
	}
}

function createLog(level: string): Logger {
	return pino({
		level,
		redact: {
			paths: ["req.headers", "headers", "*.authorization"],
			censor: "[hidden]",
		},
	});
}
