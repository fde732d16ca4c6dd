/** What Prometheus may read at /metrics. */
import {
	Counter,
	collectDefaultMetrics,
	Gauge,
	Histogram,
	Registry,
} from "prom-client";
import type { Observer } from "../engine/dependencies.ts";
import type { Engine } from "../engine/engine.ts";
import type { HttpServer } from "./http-server.ts";

const REQUEST_SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 180];
const CALL_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 180, 600];

export interface Metrics {
	readonly observer: Observer;
	register(server: HttpServer, engine: Engine): void;
}

/** What is measured of the process itself: once, however many apps it holds one after the other, since nothing ends these measurements. */
let registryOfProcess: Registry | undefined;

function measureProcess(): Registry {
	if (registryOfProcess === undefined) {
		registryOfProcess = new Registry();
		collectDefaultMetrics({ register: registryOfProcess });
	}
	return registryOfProcess;
}

/** One registry an app, so that several apps in one process do not count each other's. */
export function createMetrics(): Metrics {
	const ofProcess = measureProcess();
	const registry = new Registry();
	const registers = [registry];
	const requests = new Histogram({
		name: "gesso_http_request_seconds",
		help: "Time to answer HTTP requests",
		labelNames: ["method", "route", "status"],
		buckets: REQUEST_SECONDS,
		registers,
	});
	const calls = new Histogram({
		name: "gesso_provider_call_seconds",
		help: "Time of calls to providers, by how they ended",
		labelNames: ["provider", "outcome"],
		buckets: CALL_SECONDS,
		registers,
	});
	const ended = new Counter({
		name: "gesso_generations_total",
		help: "Generations that ended in this process",
		labelNames: ["status"],
		registers,
	});
	return {
		observer: {
			generationEnded: ({ status }) => ended.inc({ status }),
			providerCalled: ({ provider, outcome, durationMs }) =>
				calls.observe({ provider, outcome }, durationMs / 1000),
		},
		register: (server, engine) => {
			new Gauge({
				name: "gesso_generations_waiting",
				help: "Generations queued or active, over all processes",
				labelNames: ["provider", "status"],
				registers,
				async collect() {
					this.reset();
					for (const { provider, status, count } of await engine.queueDepths())
						this.set({ provider, status }, count);
				},
			});
			server.addHook("onResponse", async (request, reply) => {
				const route = request.routeOptions.url ?? "none";
				requests.observe(
					{ method: request.method, route, status: reply.statusCode },
					reply.elapsedTime / 1000,
				);
			});
			server.get(
				"/metrics",
				{ schema: { hide: true } },
				async (_request, reply) => {
					const all = Registry.merge([ofProcess, registry]);
					return await reply.type(all.contentType).send(await all.metrics());
				},
			);
		},
	};
}
