/** The real server, told to stop: what runs is finished or handed on, and whoever waits gets his picture or a clean answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, type Answer, askServer } from "./testing/ask-server.ts";
import { type ServerProcess, startServer } from "./testing/server-process.ts";
import { openTestPlace } from "./testing/test-place.ts";
import { waitUntil } from "./testing/wait-until.ts";

const LIMIT = { timeout: 120_000 };

function askFor(address: Address, prompt: string): Promise<Answer> {
	const body = { prompt, resolution: "low", aspectRatio: "8:1" };
	return askServer(address, "/images/generations", { body });
}

/** Waits until the server has so many generations under way. */
async function untilActive(
	{ url }: ServerProcess,
	count: number,
): Promise<void> {
	await waitUntil(async () => {
		const metrics = await (await fetch(`${url}/metrics`)).text();
		const [, active] =
			/^gesso_generations_waiting\{.*status="active".*\} (\d+)/m.exec(
				metrics,
			) ?? [];
		return Number(active) >= count;
	});
}

test(
	"a server that is told to stop finishes what runs, and the waiting caller gets his picture",
	LIMIT,
	async (t) => {
		const place = await openTestPlace(t);
		const server = await startServer(place, { GESSO_SHUTDOWN_SECONDS: "60" });
		const waiting = askFor(server, "a lake painter-slow-1s");
		await untilActive(server, 1);
		const code = server.stop();
		const { status, body } = await waiting;
		assert.equal(status, 200);
		assert.equal(body.data.status, "completed");
		assert.equal(body.data.data.length, 1);
		assert.equal(await code, 0);
	},
);

test(
	"what cannot be finished in time is handed back, its caller is told so, and it is drawn after the next start",
	LIMIT,
	async (t) => {
		const place = await openTestPlace(t);
		const first = await startServer(place, {
			GESSO_SHUTDOWN_SECONDS: "0",
			GESSO_FIRST_TEAM_CREDITS: "50",
			PAINTER_CONCURRENCY: "2",
		});
		const waiting = [1, 2, 3].map((number) =>
			askFor(first, `a lake ${number} painter-slow-2s`),
		);
		await untilActive(first, 2);
		const code = first.stop();
		const ids: string[] = [];
		for (const { status, body } of await Promise.all(waiting)) {
			assert.equal(status, 504);
			assert.equal(body.code, "wait_timed_out");
			assert.match(body.error, /stopping/);
			ids.push(body.jobId);
		}
		assert.equal(await code, 0);

		const second = await startServer(place, { PAINTER_CONCURRENCY: "3" });
		const address = { url: second.url, apiKey: first.apiKey };
		for (const id of ids) {
			const { data } = await waitUntil(async () => {
				const { body } = await askServer(address, `/images/generations/${id}`);
				return body.data.status === "completed" && body.data;
			});
			assert.equal(data.length, 1);
		}
		const usage = await askServer(address, "/usage");
		assert.equal(usage.body.data.credits.balance, 50 - ids.length);
		assert.equal(await second.stop(), 0);
	},
);

test(
	"of two servers on one database one may stop at any time, and the other goes on with its work",
	LIMIT,
	async (t) => {
		const place = await openTestPlace(t);
		if (place.databaseUrl === "") return t.skip("SQLite is for one process");
		const first = await startServer(place, { GESSO_SHUTDOWN_SECONDS: "0" });
		const second = await startServer(place, { GESSO_WORKER_SLOTS: "0" });
		const address = { url: second.url, apiKey: first.apiKey };
		const waiting = askFor(address, "a lake painter-slow-2s");
		await untilActive(second, 1);
		const third = await startServer(place);
		assert.equal(await first.stop(), 0);
		const { status, body } = await waiting;
		assert.equal(status, 200);
		assert.equal(body.data.data.length, 1);
		assert.equal(await second.stop(), 0);
		assert.equal(await third.stop(), 0);
	},
);
