/** The one place that wires the rooms together: from a configuration to a server that can be started, or asked without a socket. */
import path from "node:path";
import type { FastifyRequest } from "fastify";
import { type Logger, pino } from "pino";
import type { Config } from "./config.ts";
import type { Database } from "./db/database.ts";
import { openDatabase } from "./db/open-database.ts";
import { createEngine, type Engine } from "./engine/engine.ts";
import { createIds, type NewId } from "./engine/ids.ts";
import { type Catalogue, createCatalogue } from "./engine/models/catalogue.ts";
import type { Model } from "./engine/models/model.ts";
import { registerHealth } from "./http/health.ts";
import { createHttpServer, type HttpServer } from "./http/http-server.ts";
import { createMetrics, type Metrics } from "./http/metrics.ts";
import { registerOpenApi } from "./http/openapi.ts";
import { registerPublicImages } from "./http/public-images.ts";
import { baseUrl, createPublicUrl } from "./http/public-url.ts";
import {
	createSignedImageUrl,
	registerSignedImages,
} from "./http/signed-images.ts";
import {
	createSignedInputUrl,
	registerSignedInputs,
} from "./http/signed-inputs.ts";
import { createAccessTokens } from "./http/signing/access-token.ts";
import { createAddressHash } from "./http/signing/address-hash.ts";
import { createSignedNotes } from "./http/signing/signed-note.ts";
import { createUrlSigner } from "./http/signing/signed-url.ts";
import { openSigningKey, type SigningKey } from "./http/signing/signing-key.ts";
import { KEEP_ALIVE_MS } from "./http/signs-of-life.ts";
import { registerWelcome } from "./http/welcome/welcome.ts";
import { startDiscovery } from "./model-discovery.ts";
import { createProviderServices } from "./provider-services.ts";
import type { Provider } from "./providers/provider.ts";
import { createDiskStorage } from "./storage/disk/disk-storage.ts";
import { createStaging } from "./storage/staging.ts";

const VERSION = "0.1.0";

export interface App {
	readonly server: HttpServer;
	readonly engine: Engine;
	readonly database: Database;
	readonly providers: readonly Provider[];
	readonly catalogue: Catalogue;
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
	/** It is closed with the app. */
	readonly database?: Database;
	readonly clock?: () => number;
	readonly random?: () => number;
	readonly log?: Logger;
	readonly keepAliveMs?: number;
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
	const signingKey = await openSigningKey(
		config.http.signingKey,
		dataDirectory,
	);
	const database =
		replacements.database ??
		(await openDatabase({
			url: config.house.databaseUrl,
			dataDirectory,
			report: (fault) =>
				log.error({ err: fault }, "A database connection broke"),
		}));
	const staging = await createStaging(path.join(dataDirectory, "staging"));
	const random = replacements.random ?? Math.random;
	const services = createProviderServices(config.net, {
		staging,
		dataDirectory,
		clock,
		random,
	});
	const providers =
		replacements.providers ??
		config.providers.map((instance) => instance.open(services));
	const catalogue = createCatalogue(
		replacements.models === undefined
			? config.catalogue
			: { models: replacements.models, retired: [] },
	);
	const metrics = createMetrics();
	const engine = createEngine({
		database,
		storage: createDiskStorage(path.join(dataDirectory, "storage")),
		staging,
		fetchGuarded: services.fetchGuarded([]),
		providers: new Map(providers.map((provider) => [provider.name, provider])),
		catalogue,
		settings: config.engine,
		clock,
		newId,
		random,
		log,
		observer: metrics.observer,
	});

	let isStopping = false;
	const server = await openServer(config, {
		engine,
		providers,
		metrics,
		signingKey,
		clock,
		log,
		keepAliveMs: replacements.keepAliveMs ?? KEEP_ALIVE_MS,
		isStopping: () => isStopping,
	});
	await server.ready();
	await engine.start();
	const discovery = startDiscovery({
		providers,
		catalogue,
		log,
		defaultsOf: (provider) =>
			config.providers.find(({ name }) => name === provider)
				?.defaultCapabilities,
	});

	return {
		server,
		engine,
		database,
		providers,
		catalogue,
		clock,
		newId,
		log,
		close: async () => {
			isStopping = true;
			await discovery.stop();
			// The work first: callers who wait for it get their pictures, and then the connections close.
			await engine.stop(config.house.shutdownSeconds * 1000);
			await server.close();
			await Promise.all(providers.map((provider) => provider.close()));
			await staging.close();
			await database.close();
		},
	};
}

/** Every path there is, behind no socket yet. */
async function openServer(
	config: Config,
	house: {
		readonly engine: Engine;
		readonly providers: readonly Provider[];
		readonly metrics: Metrics;
		readonly signingKey: SigningKey;
		readonly clock: () => number;
		readonly log: Logger;
		readonly keepAliveMs: number;
		isStopping(): boolean;
	},
): Promise<HttpServer> {
	const { engine, providers, metrics, signingKey, clock, log } = house;
	const { keepAliveMs, isStopping } = house;
	const server = createHttpServer({
		log,
		maxBodyBytes: config.http.maxBodyBytes,
		trustedProxies: config.http.trustedProxies,
		ownPaths: config.ownPaths,
	});
	server.addHook("onSend", async (_request, reply) => {
		// A connection kept open for a next request would keep the process from ending.
		if (isStopping()) void reply.header("connection", "close");
	});
	server.addHook("onResponse", async () => {
		// One whose answer had begun by then does not know that, and would be kept open as well.
		if (isStopping()) server.server.closeIdleConnections();
	});
	await registerOpenApi(server, VERSION);
	metrics.register(server, engine);
	registerHealth(server, engine, isStopping);
	registerPublicImages(server, engine);
	const urlSigner = createUrlSigner(signingKey, {
		lifetimeSeconds: config.http.imageUrlMinutes * 60,
		clock,
	});
	registerSignedImages(server, engine, urlSigner);
	registerSignedInputs(server, engine, urlSigner);
	registerWelcome(server, { providers, version: VERSION });
	const context = {
		engine,
		baseUrl: (request: FastifyRequest) =>
			baseUrl(config.http.publicUrl, request),
		publicUrl: createPublicUrl(config.http.publicUrl),
		signedImageUrl: createSignedImageUrl(config.http.publicUrl, urlSigner),
		signedInputUrl: createSignedInputUrl(config.http.publicUrl, urlSigner),
		accessTokens: createAccessTokens(signingKey, clock),
		addressHash: createAddressHash(signingKey),
		corsOrigins: config.http.corsOrigins,
		signedNotes: createSignedNotes(signingKey),
		keepAliveMs,
		clock,
	};
	for (const registerDialect of config.dialects)
		await registerDialect(server, context);
	return server;
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
