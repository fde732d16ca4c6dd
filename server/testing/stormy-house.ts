/** Two processes that draw for callers, crash and restart; and callers who remember what they were told. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { EngineError } from "../engine/errors.ts";
import type { Principal } from "../engine/generations/request.ts";
import { findAbandoned, takeOver } from "../engine/jobs/job-states.ts";
import { audit } from "./audit.ts";
import { smallRequest, type TestEngine } from "./test-engine.ts";

/** What may happen next. `process` is 0 or 1. */
export type Happening =
	| {
			readonly kind: "submit";
			readonly team: number;
			readonly model: string;
			readonly count: number;
			readonly key: number | null;
			readonly process: number;
	  }
	| {
			readonly kind: "cancel";
			readonly which: number;
			readonly process: number;
	  }
	| { readonly kind: "let them work"; readonly durationMs: number }
	| { readonly kind: "time passes"; readonly durationMs: number }
	| {
			readonly kind: "database is away";
			readonly durationMs: number;
			readonly process: number;
	  }
	/** A process takes over whatever is held, while the holders go on with it unawares. */
	| { readonly kind: "leases run out"; readonly process: number }
	| { readonly kind: "crash"; readonly process: number }
	| { readonly kind: "restart"; readonly process: number };

type Submission = Happening & { kind: "submit" };

/** Real time that a process which is told to stop gives its work. */
const GRACE_MS = 5;

export class StormyHouse {
	readonly #open: (beside?: TestEngine) => Promise<TestEngine>;
	#processes: readonly TestEngine[] = [];
	#teams: readonly Principal[] = [];
	/** Generations whose ids callers know, and whose they are. */
	readonly #known = new Map<string, Principal>();
	/** What was answered to a team under an idempotencyKey. */
	readonly #answers = new Map<string, { id: string; wish: string }>();
	readonly #callers: Promise<void>[] = [];

	/** @param open opens a process on the house's place, beside another when there is one. */
	constructor(open: (beside?: TestEngine) => Promise<TestEngine>) {
		this.#open = open;
	}

	async open(): Promise<void> {
		const first = await this.#open();
		this.#processes = [first, await this.#open(first)];
		for (const { engine } of this.#processes) await engine.start();
	}

	/** Begins a new history with new teams. */
	async invite(credits: readonly number[]): Promise<void> {
		const teams = credits.map((each) => this.#process(0).team(each));
		this.#teams = await Promise.all(teams);
		this.#known.clear();
		this.#answers.clear();
	}

	async happen(what: Happening): Promise<void> {
		switch (what.kind) {
			case "submit":
				this.#callers.push(this.#submit(what));
				return;
			case "cancel":
				this.#callers.push(this.#cancel(what));
				return;
			case "let them work":
				await sleep(what.durationMs);
				return;
			case "time passes":
				this.#process(0).clock.advance(what.durationMs);
				return;
			case "database is away": {
				const { power } = this.#process(what.process);
				power.cut();
				await sleep(what.durationMs);
				power.restore();
				return;
			}
			case "leases run out":
				this.#callers.push(this.#takeOverAll(what.process));
				return;
			case "crash":
			case "restart":
				await this.#replace(what);
		}
	}

	/** Waits until everything has ended, moving the clock past every delay and every dead process's lease. */
	async settle(): Promise<void> {
		await Promise.all(this.#callers.splice(0));
		const { dependencies, clock } = this.#process(0);
		for (let look = 1; ; look++) {
			const left = await dependencies.database.queries
				.selectFrom("generations")
				.select("status")
				.where("ended_at", "is", null)
				.execute();
			if (left.length === 0) return;
			const isNobodyDrawing = left.every(({ status }) => status === "queued");
			if (isNobodyDrawing || look % 10 === 0) clock.advance(100_000);
			await sleep(5);
		}
	}

	/** @returns what is wrong with the books, and what callers were told that is not so. */
	async faults(): Promise<string[]> {
		const { database, storage } = this.#process(0).dependencies;
		const books = { queries: database.queries, storage };
		const teamIds = this.#teams.map(({ teamId }) => teamId);
		const faults = await audit(books, teamIds);
		for (const [id, team] of this.#known) {
			const { engine } = this.#process(0);
			const generation = await engine.getGeneration(team, id).catch(() => null);
			if (generation === null)
				faults.push(`${id} was acknowledged and is lost`);
		}
		return faults;
	}

	#process(index: number): TestEngine {
		const process = this.#processes[index];
		assert.ok(process);
		return process;
	}

	async #submit(submission: Submission): Promise<void> {
		const { team, model, count, key } = submission;
		const principal = this.#teams[team];
		assert.ok(principal);
		const wish = `${count} pictures by ${model}`;
		const account = `${principal.teamId} ${key}`;
		const before = this.#answers.get(account);
		try {
			const { generation } = await this.#process(
				submission.process,
			).engine.generate(
				principal,
				smallRequest({
					model,
					count,
					prompt: wish,
					idempotency:
						key === null
							? undefined
							: { key: `key ${key}`, requestSha256: wish },
				}),
			);
			this.#known.set(generation.id, principal);
			if (key === null) return;
			const answer = this.#answers.get(account);
			const isTheSame = answer?.id === generation.id && answer.wish === wish;
			assert.ok(answer === undefined || isTheSame, `two answers to ${account}`);
			this.#answers.set(account, { id: generation.id, wish });
		} catch (error) {
			if (error instanceof assert.AssertionError) throw error;
			// Anything else means that its process or its database died, and nobody knows what came of it.
			if (!(error instanceof EngineError)) return;
			assert.match(error.code, /^(insufficient_credits|conflict)$/);
			assert.notEqual(before?.wish, wish, `a repetition got ${error.code}`);
		}
	}

	async #cancel(what: { which: number; process: number }): Promise<void> {
		const known = [...this.#known];
		const [id, team] = known[what.which % known.length] ?? [];
		if (id === undefined || team === undefined) return;
		// Too late, or its process died.
		await this.#process(what.process)
			.engine.cancelGeneration(team, id)
			.catch(() => {});
	}

	async #takeOverAll(process: number): Promise<void> {
		const { dependencies, clock } = this.#process(process);
		clock.advance(dependencies.settings.leaseMs + 1);
		try {
			for (const abandoned of await findAbandoned(dependencies))
				await takeOver(dependencies, abandoned);
		} catch {
			// The process died over it.
		}
	}

	/** Ends a process and opens another one in its place. */
	async #replace(what: { kind: string; process: number }): Promise<void> {
		const gone = this.#process(what.process);
		const staying = this.#process(1 - what.process);
		if (what.kind === "restart") await gone.engine.stop(GRACE_MS);
		await gone.crash();
		const fresh = await this.#open(staying);
		this.#processes = what.process === 0 ? [fresh, staying] : [staying, fresh];
		await fresh.engine.start();
	}

	async close(): Promise<void> {
		for (const { engine } of this.#processes) await engine.stop(0);
	}
}
