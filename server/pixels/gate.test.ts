/** The gate holds its limit and its order, whatever its jobs do. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createGate, jobsAtOnce } from "./gate.ts";

describe("the gate", () => {
	/** Jobs that end when they are told to, and the names of those that began. */
	function startJobs(gate = createGate(2)) {
		const begun: string[] = [];
		const endings = new Map<string, () => void>();
		function start(name: string, signal?: AbortSignal): Promise<string> {
			return gate.run(() => {
				begun.push(name);
				return new Promise((resolve) => {
					endings.set(name, () => resolve(name));
				});
			}, signal);
		}
		async function end(name: string): Promise<void> {
			endings.get(name)?.();
			await setImmediate();
		}
		return { begun, start, end };
	}

	it("lets in as many jobs as it has places, the rest one for one in their order", async () => {
		const { begun, start, end } = startJobs();
		const jobs = ["a", "b", "c", "d", "e"].map((name) => start(name));
		await setImmediate();
		assert.deepEqual(begun, ["a", "b"]);
		await end("b");
		assert.deepEqual(begun, ["a", "b", "c"]);
		await end("a");
		await end("c");
		assert.deepEqual(begun, ["a", "b", "c", "d", "e"]);
		await end("d");
		await end("e");
		assert.deepEqual(await Promise.all(jobs), ["a", "b", "c", "d", "e"]);
	});

	it("never runs more jobs at once than it has places, whatever becomes of them", async () => {
		const gate = createGate(3);
		let running = 0;
		let most = 0;
		const jobs = Array.from({ length: 60 }, (_, index) =>
			gate.run(async () => {
				running++;
				most = Math.max(most, running);
				for (let turn = 0; turn < index % 4; turn++) await setImmediate();
				running--;
				if (index % 3 === 0) throw new Error("failed");
			}),
		);
		const results = await Promise.allSettled(jobs);
		assert.equal(most, 3);
		assert.equal(
			results.filter(({ status }) => status === "rejected").length,
			20,
		);
	});

	it("gives the place of a job that failed to the next", async () => {
		const gate = createGate(1);
		const rejected = assert.rejects(
			gate.run(() => Promise.reject(new Error("broken"))),
			/broken/,
		);
		const thrown = assert.rejects(
			gate.run(() => {
				throw new Error("broken at once");
			}),
			/broken at once/,
		);
		assert.equal(await gate.run(async () => "fine"), "fine");
		await rejected;
		await thrown;
	});

	it("lets a waiting job leave, and loses no place over it", async () => {
		const { begun, start, end } = startJobs();
		const controller = new AbortController();
		const jobs = [start("a"), start("b")];
		const leaving = start("c", controller.signal);
		jobs.push(start("d"));
		controller.abort(new Error("no longer wanted"));
		await assert.rejects(leaving, /no longer wanted/);
		for (const name of ["a", "b"]) await end(name);
		assert.deepEqual(begun, ["a", "b", "d"]);
		await end("d");
		await Promise.all(jobs);
		const after = [start("e"), start("f")];
		await setImmediate();
		assert.deepEqual(begun, ["a", "b", "d", "e", "f"]);
		for (const name of ["e", "f"]) await end(name);
		await Promise.all(after);
	});

	it("does not let in a job that was aborted before it came", async () => {
		const { begun, start } = startJobs();
		const signal = AbortSignal.abort(new Error("too late"));
		await assert.rejects(start("a", signal), /too late/);
		assert.deepEqual(begun, []);
	});

	it("leaves a job that runs alone when its signal aborts", async () => {
		const { start, end } = startJobs();
		const controller = new AbortController();
		const job = start("a", controller.signal);
		const queued = [start("b"), start("c", controller.signal)];
		await setImmediate();
		await end("b");
		assert.deepEqual(getEventListeners(controller.signal, "abort"), []);
		controller.abort();
		for (const name of ["a", "c"]) await end(name);
		assert.equal(await job, "a");
		assert.deepEqual(await Promise.all(queued), ["b", "c"]);
	});

	it("leaves two threads of the pool to files and names, and needs no more jobs than cores", () => {
		assert.equal(jobsAtOnce(2, 4), 2);
		assert.equal(jobsAtOnce(16, 4), 2);
		assert.equal(jobsAtOnce(16, 16), 14);
		assert.equal(jobsAtOnce(1, 16), 1);
		assert.equal(jobsAtOnce(8, 2), 1);
		assert.equal(jobsAtOnce(8, 1), 1);
	});
});
