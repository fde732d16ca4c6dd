/** Follows a batch until nothing of it is under way, shows how it goes on, and fetches its pictures meanwhile. */
import type { Batch } from "@gesso/client/batch";
import { EXIT, Refusal } from "../command-line/refusal.ts";
import { Progress, type Step } from "../terminal/progress.ts";
import { count, counted, duration } from "../terminal/words.ts";
import { type BatchRun, picturesPerRow } from "./batch-run.ts";
import { type Collected, PictureCollector } from "./picture-collector.ts";

/** How often the time that is left is counted down. */
const TICK_MS = 1_000;

/**
 * @param rows how many rows are worked on, where it is not all of them.
 * @throws {GessoError} when the server does not answer for long, or refuses; {Refusal} when nothing can be saved.
 */
export async function followBatch(run: BatchRun, rows?: number): Promise<void> {
	const { client, batchId, terminal } = run;
	// A fault of the disk ends the following, too.
	const broken = new AbortController();
	const signal = AbortSignal.any([run.signal, broken.signal]);
	const collector = await openCollector(run, signal);
	const board = new Board(new Progress(terminal), rows);
	const timer = setInterval(() => board.tick(), TICK_MS);
	try {
		const news = client.batches.follow(batchId, {
			signal,
			onSilence: (isSilent) => board.setSilent(isSilent),
		});
		for await (const batch of news) {
			board.show(batch);
			if (batch.status === "paused" && batch.pausedFor === "credits")
				throw creditsRanOut(batch);
			collector.nudge((fault) => broken.abort(fault));
		}
		board.setFetching();
		await collector.settle();
		broken.signal.throwIfAborted();
	} finally {
		clearInterval(timer);
		board.end();
	}
}

/** Fetches every picture of a batch that is not in the folder. @throws {GessoError} {Refusal} when one cannot be saved. */
export async function collectPictures(run: BatchRun): Promise<Collected> {
	const { terminal, signal } = run;
	terminal.setStatus(terminal.style("dim", "  Looking for pictures…"));
	try {
		return await (await openCollector(run, signal)).collectAll();
	} finally {
		terminal.setStatus("");
	}
}

async function openCollector(
	{ client, batchId, folder, saved, wishes }: BatchRun,
	signal: AbortSignal,
): Promise<PictureCollector> {
	const batch = await client.batches.get(batchId, { signal });
	return new PictureCollector({
		client,
		batchId,
		folder: folder.path,
		saved,
		format: wishes.format,
		hasSeveral: picturesPerRow(batch) !== 1,
		signal,
	});
}

/** It waits for more, and so would whoever follows it. */
function creditsRanOut({ counts }: Batch): Refusal {
	return new Refusal(
		`The credits ran out when ${counted(counts.drawn, "row")} were drawn.`,
		"Have some granted where the server runs (npm run admin -- credits grant N); then the same command goes on.",
		EXIT.failed,
	);
}

/** Keeps what is shown, and the time since it was told. */
class Board {
	readonly #progress: Progress;
	readonly #rows: number | undefined;
	#batch: Batch | null = null;
	#toldAt = 0;
	#isSilent = false;
	#isFetching = false;

	constructor(progress: Progress, rows: number | undefined) {
		this.#progress = progress;
		this.#rows = rows;
	}

	show(batch: Batch): void {
		this.#batch = batch;
		this.#toldAt = Date.now();
		this.tick();
	}

	setSilent(isSilent: boolean): void {
		this.#isSilent = isSilent;
		this.tick();
	}

	setFetching(): void {
		this.#isFetching = true;
		this.tick();
	}

	tick(): void {
		if (this.#batch !== null) this.#progress.show(this.#step(this.#batch));
	}

	end(): void {
		this.#progress.end();
	}

	#step(batch: Batch): Step {
		const { counts } = batch;
		const isDescribing = counts.describing > 0 || batch.status === "described";
		const done = counts.drawn + (isDescribing ? counts.described : 0);
		const underWay = counts.describing + counts.drawing;
		const all =
			this.#rows === undefined
				? counts.total - counts.invalid
				: done + counts.failed + underWay;
		const words = [
			`${count(done)} of ${count(all)} ${isDescribing ? "described" : "drawn"}`,
		];
		if (counts.failed > 0) words.push(`${count(counts.failed)} failed`);
		words.push(...this.#motion(batch));
		const now = this.#isFetching ? "fetching pictures" : undefined;
		return { done, failed: counts.failed, total: all, words, now };
	}

	#motion({ status, rowsPerMinute, remainingSeconds }: Batch): string[] {
		if (this.#isSilent) return ["the server does not answer, asking again"];
		if (status === "paused") return ["paused"];
		if (status === "canceling") return ["being canceled"];
		const elapsed = (Date.now() - this.#toldAt) / 1000;
		const left =
			remainingSeconds === null
				? null
				: Math.max(0, remainingSeconds - Math.floor(elapsed));
		return [
			...(rowsPerMinute === null ? [] : [`${pace(rowsPerMinute)} a minute`]),
			...(left === null || left === 0 ? [] : [`${duration(left)} left`]),
		];
	}
}

function pace(rowsPerMinute: number): string {
	return rowsPerMinute < 10
		? String(rowsPerMinute)
		: count(Math.round(rowsPerMinute));
}
