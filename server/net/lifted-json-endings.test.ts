/** However the reading of an answer ends, nobody waits for ever, nothing is left behind, and the true reason is told. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, it } from "node:test";
import { createStaging, type Staging } from "../storage/staging.ts";
import { type LiftingOptions, liftJson } from "./lifted-json.ts";
import {
	inPieces,
	isPicturePath,
	liftingErrorOf,
	pictureOf,
	TestKeeper,
} from "./lifting/test-answers.ts";

const LARGE = pictureOf(1_000_000);
const ANSWER = `{"data":[{"b64_json":"${LARGE.toString("base64")}"},{"b64_json":"QUFB"}]}`;

function liftInto<Kept>(
	body: AsyncIterable<Uint8Array>,
	keep: LiftingOptions<Kept>["keep"],
) {
	return liftJson(body, {
		keep,
		shouldLift: isPicturePath,
		maxTextBytes: 10_000,
	});
}

describe("pictures lifted into files", () => {
	let directory: string;
	let staging: Staging;
	before(async () => {
		directory = await mkdtemp(path.join(tmpdir(), "gesso-lifting-"));
		staging = await createStaging(directory);
	});
	after(async () => {
		await staging.close();
		await rm(directory, { recursive: true, force: true });
	});
	const filesLeft = async () =>
		(await readdir(directory, { recursive: true, withFileTypes: true })).filter(
			(entry) => entry.isFile(),
		).length;

	it("are whole", async () => {
		const { lifted } = await liftInto(inPieces(ANSWER, 60_000), (bytes) =>
			staging.stage(bytes),
		);
		assert.deepEqual(
			lifted.map(({ sizeBytes }) => sizeBytes),
			[LARGE.length, 3],
		);
		for (const file of lifted) await staging.discard(file);
	});

	it("leave no file when the answer breaks off, is no base64, or its body fails", async () => {
		const half = ANSWER.slice(0, 900_000);
		async function* failing() {
			yield Buffer.from(half);
			throw new Error("The vendor hung up");
		}
		for (const body of [
			inPieces(half, 60_000),
			inPieces(`${half}!!!!"}]}`, 60_000),
			failing(),
		]) {
			await assert.rejects(liftInto(body, (bytes) => staging.stage(bytes)));
			assert.equal(await filesLeft(), 0);
		}
	});

	it("leave no file when the file may not be so large", async () => {
		await assert.rejects(
			liftInto(inPieces(ANSWER, 60_000), (bytes) =>
				staging.stage(bytes, { maxBytes: 500_000 }),
			),
			{ name: "StagingLimitError" },
		);
		assert.equal(await filesLeft(), 0);
	});
});

describe("a keeper", () => {
	it("that fails ends the reading with its own error, and the body is let go", async () => {
		const failure = new Error("The disk is full");
		const keepers: LiftingOptions<void>["keep"][] = [
			() => Promise.reject(failure),
			() => {
				throw failure;
			},
			async (bytes) => {
				for await (const _chunk of bytes) throw failure;
			},
		];
		for (const keep of keepers) {
			let isLetGo = false;
			async function* body() {
				try {
					yield* inPieces(ANSWER, 60_000);
				} finally {
					isLetGo = true;
				}
			}
			await assert.rejects(liftInto(body(), keep), failure);
			assert.ok(isLetGo);
		}
	});

	it("that fails while the body is silent is not waited for by anyone", async () => {
		const body = new Readable({ read() {} });
		body.push(ANSWER.slice(0, 100_000));
		const failure = new Error("The lease is lost");
		await assert.rejects(
			liftInto(body, async (bytes) => {
				const iterator = bytes[Symbol.asyncIterator]();
				const next = iterator.next();
				next.catch(() => {});
				await new Promise((resolve) => setImmediate(resolve));
				throw failure;
			}),
			failure,
		);
		assert.ok(body.destroyed);
	});

	it("that has enough early gets no more, and the rest of the answer is read", async () => {
		const keepers: LiftingOptions<string>["keep"][] = [
			async () => "unread",
			async (bytes) => {
				for await (const _chunk of bytes) break;
				return "left";
			},
			async (bytes) => {
				await bytes[Symbol.asyncIterator]().next();
				return "dropped";
			},
			async (bytes) => {
				bytes[Symbol.asyncIterator]()
					.next()
					.catch(() => {});
				return "hasty";
			},
		];
		for (const keep of keepers)
			for (const length of [100, 60_000, 2_000_000]) {
				const { lifted } = await liftInto(inPieces(ANSWER, length), keep);
				assert.equal(lifted.length, 2);
			}
	});

	it("that keeps quiet about a broken picture does not make it whole", async () => {
		await assert.rejects(
			liftInto(inPieces('{"b64_json":"AAA!"}'), async (bytes) => {
				try {
					for await (const _chunk of bytes);
				} catch {}
			}),
			liftingErrorOf("bad_base64"),
		);
	});

	it("that puts an error of its own in the place of the answer's is overruled", async () => {
		await assert.rejects(
			liftInto(inPieces(ANSWER.slice(0, 100_000)), async (bytes) => {
				try {
					for await (const _chunk of bytes);
				} catch {
					throw new Error("Something went wrong");
				}
			}),
			liftingErrorOf("truncated"),
		);
	});

	it("may take its time: the answer is read no faster than its pictures are kept", async () => {
		let read = 0;
		async function* body() {
			for await (const piece of inPieces(ANSWER, 10_000)) {
				read += piece.length;
				yield piece;
			}
		}
		let taken = 0;
		await liftInto(body(), async (bytes) => {
			for await (const chunk of bytes) {
				taken += chunk.length;
				await new Promise((resolve) => setImmediate(resolve));
				assert.ok(
					(read * 3) / 4 - taken < 20_000,
					`${read} read, ${taken} taken`,
				);
			}
		});
	});

	it("may hold on to the bytes it was given", async () => {
		const keeper = new TestKeeper();
		await liftInto(inPieces(ANSWER, 60_000), keeper.keep);
		assert.ok(keeper.kept[0]?.equals(LARGE));
	});
});

describe("a body", () => {
	it("that fails is what the keeper and the caller are told", async () => {
		const failure = new Error("The vendor hung up");
		for (const start of [ANSWER.slice(0, 5_000), '{"data":[', ""]) {
			async function* body() {
				yield Buffer.from(start);
				throw failure;
			}
			const keeper = new TestKeeper();
			await assert.rejects(liftInto(body(), keeper.keep), failure);
			assert.ok(keeper.failures.every((error) => error === failure));
		}
	});

	it("that is aborted in the middle of a picture ends the reading", async () => {
		const stop = new AbortController();
		const body = new Readable({ read() {}, signal: stop.signal });
		body.push(ANSWER.slice(0, 100_000));
		const keeper = new TestKeeper();
		const lifting = liftInto(body, keeper.keep);
		setImmediate(() => stop.abort());
		await assert.rejects(lifting, { name: "AbortError" });
		assert.equal(keeper.failures.length, 1);
	});

	it("of a web response is let go when the answer is wrong", async () => {
		let isCancelled = false;
		const body = new ReadableStream<Uint8Array>({
			pull: (controller) => controller.enqueue(Buffer.from("<html>")),
			cancel: () => {
				isCancelled = true;
			},
		});
		await assert.rejects(
			liftInto(body, new TestKeeper().keep),
			liftingErrorOf("malformed"),
		);
		assert.ok(isCancelled);
	});

	it("of text instead of bytes is refused", async () => {
		const body = Readable.from(["[]"]);
		await assert.rejects(liftInto(body, new TestKeeper().keep), TypeError);
	});
});
