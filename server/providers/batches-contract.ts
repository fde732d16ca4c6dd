/** What the batches of every vendor must do: one suite, run by each provider that has some, against a vendor on this machine that really works on them. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { plainPng } from "../testing/scripted-provider.ts";
import {
	bytesOf,
	imageCall,
	inputImageOf,
	openCallContext,
} from "../testing/test-call.ts";
import { waitUntil } from "../testing/wait-until.ts";
import {
	type BatchLine,
	type BatchResult,
	type ImageCall,
	type NativeBatches,
	ProviderError,
} from "./provider.ts";

/** One vendor, as the painter behind it works: it heeds the painter's control words. */
export interface BatchVendor {
	readonly batches: NativeBatches;
	/** What this vendor's calls have. */
	readonly call: Partial<ImageCall>;
	/** An id as this vendor gives them, which is nobody's. @param id one that is somebody's. */
	idOfNobody(id: string): string;
}

const DISPLAY_NAME = "rugs of 2026-11-21, part 1";

async function openStage(
	t: TestContext,
	open: (t: TestContext) => Promise<BatchVendor>,
) {
	const { batches, call, idOfNobody } = await open(t);
	const context = await openCallContext(t);
	const { signal } = context;
	const picture = inputImageOf(
		await plainPng({ width: 32, height: 32 }, "rug"),
	);
	return {
		batches,
		context,
		idOfNobody,
		/** Every line is an edit: some vendors send those and pictures from words alone to different addresses. */
		line: (key: string, prompt: string): BatchLine => ({
			key,
			request: {
				kind: "image",
				call: imageCall({ ...call, prompt, inputImages: [picture] }),
			},
		}),
		submit: async (
			lines: Iterable<BatchLine> | AsyncIterable<BatchLine>,
			displayName = DISPLAY_NAME,
		) => {
			const submission = {
				model: call.model ?? "",
				displayName,
				lines: each(lines),
			};
			return (await batches.submit(submission, context)).batchId;
		},
		find: async (displayName = DISPLAY_NAME) =>
			(await batches.find(displayName, signal))?.batchId,
		ended: (batchId: string) =>
			waitUntil(async () => {
				const state = await batches.poll(batchId, signal);
				return (
					state.status !== "pending" && state.status !== "running" && state
				);
			}),
	};
}

async function* each<T>(
	items: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<T> {
	yield* items;
}

async function byKey(
	results: AsyncIterable<BatchResult>,
): Promise<Map<string, BatchResult>> {
	const found = new Map<string, BatchResult>();
	for await (const result of results) found.set(result.key, result);
	return found;
}

export function testBatchesContract(
	name: string,
	open: (t: TestContext) => Promise<BatchVendor>,
): void {
	test(`${name}: a batch goes from its lines to its results, line by line, and a line that fails spoils no other`, async (t) => {
		const { batches, context, line, submit, ended } = await openStage(t, open);
		const batchId = await submit([
			line("row 1", "a red rug"),
			line("row 2", "painter-block a rug"),
			line("row 3", "a blue rug"),
		]);
		const { status, counts } = await ended(batchId);
		assert.equal(status, "succeeded");
		assert.equal(counts.total, 3);
		const results = await byKey(batches.results(batchId, context));
		assert.deepEqual([...results.keys()].toSorted(), [
			"row 1",
			"row 2",
			"row 3",
		]);
		const [first, second, third] = ["row 1", "row 2", "row 3"].map((key) =>
			results.get(key),
		);
		assert.ok(second?.kind === "failed");
		assert.equal(second.error.kind, "content_blocked");
		for (const drawn of [first, third]) {
			assert.ok(drawn?.kind === "done" && drawn.images.length === 1);
			const [image] = drawn.images;
			assert.ok(image !== undefined);
			assert.equal(bytesOf(image.file).toString("latin1", 1, 4), "PNG");
		}
		const again = await byKey(
			batches.results(batchId, {
				...context,
				isWanted: (key) => key === "row 3",
			}),
		);
		const same = again.get("row 3");
		assert.ok(third?.kind === "done" && same?.kind === "done");
		assert.equal(same.images[0]?.file.sha256, third.images[0]?.file.sha256);
	});

	test(`${name}: a batch is found by its name, the newest of several, and a name that nobody gave is nobody's`, async (t) => {
		const { line, submit, find } = await openStage(t, open);
		assert.equal(await find(), undefined);
		const first = await submit([line("a", "a rug")]);
		await submit([line("b", "a rug")], `${DISPLAY_NAME}0`);
		assert.equal(await find(), first);
		// Vendors tell the time of a batch in milliseconds or even seconds.
		const begun = Date.now();
		await waitUntil(() => Date.now() > begun + 1);
		const second = await submit([line("c", "a rug")]);
		assert.notEqual(second, first);
		assert.equal(await find(), second);
		assert.equal(await find(DISPLAY_NAME.slice(0, -1)), undefined);
	});

	test(`${name}: a batch that nobody submitted is gone, and so are its results`, async (t) => {
		const { batches, context, idOfNobody, line, submit } = await openStage(
			t,
			open,
		);
		const nobody = idOfNobody(await submit([line("a", "a rug")]));
		assert.deepEqual(await batches.poll(nobody, context.signal), {
			status: "gone",
			counts: { total: undefined, succeeded: undefined, failed: undefined },
			fault: undefined,
		});
		await assert.rejects(
			byKey(batches.results(nobody, context)),
			(error) =>
				error instanceof ProviderError &&
				!error.isRetryable &&
				/no longer has the results/.test(error.publicMessage),
		);
	});

	test(`${name}: lines that break off are told as they broke off, and nothing was submitted`, async (t) => {
		const { line, submit, find } = await openStage(t, open);
		const fault = new Error("row 2 cannot be read");
		async function* breaking(): AsyncGenerator<BatchLine> {
			yield line("row 1", "a rug");
			throw fault;
		}
		await assert.rejects(submit(breaking()), (error) => error === fault);
		await assert.rejects(submit([]), { kind: "invalid", mayBePaid: false });
		assert.equal(await find(), undefined);
	});
}
