/** When the client asks again, and when it must not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Batch } from "./batch.ts";
import { GessoClient } from "./gesso-client.ts";

type Answer = () => Response | Promise<Response>;

/** A server that answers one thing after the other, and the last of them from then on. */
function scripted(...answers: readonly Answer[]) {
	const asked: { method: string; url: string; headers: Headers }[] = [];
	const client = new GessoClient({
		url: "http://gesso.example/",
		apiKey: "sk-img-test",
		fetch: async (input, init) => {
			const { method = "GET" } = init ?? {};
			asked.push({
				method,
				url: String(input),
				headers: new Headers(init?.headers),
			});
			const answer = answers[Math.min(asked.length, answers.length) - 1];
			assert.ok(answer);
			const response = await answer();
			Object.defineProperty(response, "url", { value: String(input) });
			return response;
		},
	});
	return { client, asked };
}

const json =
	(body: object, status = 200, headers: Record<string, string> = {}) =>
	() =>
		Response.json(body, { status, headers });
const busy = (retryAfter: string, status = 503) =>
	json({ error: "Busy.", code: "rate_limited" }, status, {
		"retry-after": retryAfter,
	});
const broken: Answer = () => Promise.reject(new TypeError("fetch failed"));
const usage = json({ data: { credits: { balance: 5 } } });
const head = json({ data: { id: "gen_1" } });

test("what only reads is asked again when the server is busy or does not answer", async () => {
	const { client, asked } = scripted(busy("0"), broken, busy("0", 429), usage);
	assert.equal((await client.usage()).credits.balance, 5);
	assert.equal(asked.length, 4);
	assert.equal(asked[0]?.url, "http://gesso.example/v0/usage");
	assert.equal(asked[0]?.headers.get("authorization"), "Bearer sk-img-test");
});

test("what costs money is asked again only under an idempotencyKey", async () => {
	const without = scripted(broken, head);
	await assert.rejects(without.client.generations.create({ prompt: "a" }), {
		status: null,
		code: "unreachable",
	});
	assert.equal(without.asked.length, 1);
	const { client, asked } = scripted(broken, head);
	const call = { idempotencyKey: "once" };
	await client.generations.create({ prompt: "a" }, call);
	assert.deepEqual(
		asked.map(({ headers }) => headers.get("idempotency-key")),
		["once", "once"],
	);
});

test("nobody waits for what takes long, and a refusal is told at once", async () => {
	for (const answer of [
		busy("3600"),
		json({ error: "No.", code: "forbidden" }, 403),
		json({ error: "Nobody.", code: "provider_not_configured" }, 503),
	]) {
		const { client, asked } = scripted(answer);
		await assert.rejects(client.usage());
		assert.equal(asked.length, 1);
	}
});

test("somebody who gives up is given his own reason", async () => {
	const { client } = scripted(busy("10"));
	const controller = new AbortController();
	const reason = new Error("enough");
	const asking = client.usage({ signal: controller.signal });
	controller.abort(reason);
	await assert.rejects(asking, reason);
});

/** Events as pieces of a stream, which ends after them or breaks. */
function stream(pieces: readonly string[], fault?: Error): Answer {
	return () => {
		const left = [...pieces];
		return new Response(
			new ReadableStream({
				pull: (controller) => {
					const piece = left.shift();
					if (piece !== undefined)
						controller.enqueue(new TextEncoder().encode(piece));
					else if (fault === undefined) controller.close();
					else controller.error(fault);
				},
			}),
		);
	};
}

async function arrived<T>(news: AsyncIterable<T>): Promise<T[]> {
	const all: T[] = [];
	for await (const each of news) all.push(each);
	return all;
}

const drawn = (count: number) =>
	JSON.stringify({ id: "catalogue_1", counts: { drawn: count } });
const drawnOf = ({ counts }: Pick<Batch, "counts">) => counts.drawn;

test("a batch is followed over connections that end and break, in whatever pieces its events come", async () => {
	const { client, asked } = scripted(
		stream([
			": still at work\n\nevent: progress\nda",
			`ta: ${drawn(1)}\n`,
			`\nevent: progress\ndata: ${drawn(2)}`,
		]),
		stream(
			[`event: progress\r\ndata: ${drawn(3)}\r\n\r\n`],
			new Error("reset"),
		),
		stream([`event: done\ndata: ${drawn(4)}\n\nevent: done\ndata: {}\n\n`]),
	);
	const silences: boolean[] = [];
	const news = client.batches.follow("catalogue_1", {
		onSilence: (isSilent) => silences.push(isSilent),
	});
	assert.deepEqual((await arrived(news)).map(drawnOf), [1, 3, 4]);
	assert.deepEqual(silences, [true, false]);
	assert.equal(asked.length, 3);
});

test("whoever follows has so much patience and no more, and hears of a refusal at once", async () => {
	const gone = scripted(broken);
	await assert.rejects(
		arrived(gone.client.batches.follow("x", { patienceMs: 0 })),
		{ code: "unreachable" },
	);
	const refused = scripted(
		stream(['event: error\ndata: {"error": "Gone.", "code": "not_found"}\n\n']),
		json({ error: "There is none.", code: "not_found" }, 404),
	);
	await assert.rejects(arrived(refused.client.batches.follow("x")), {
		status: 404,
	});
});
