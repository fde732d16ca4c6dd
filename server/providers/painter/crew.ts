/** The threads that paint: pictures are cut into bands, and whichever thread is free paints the next one. */

import type { Worker } from "node:worker_threads";
import type { Brief } from "./brief.ts";
import { leaveIdle, takeThread } from "./idle-threads.ts";
import { createMarking } from "./marking.ts";
import type { BandOrder, BandResult } from "./painting-thread.ts";
import { bandRows, closePng, openPng } from "./png.ts";

/** A picture under way. */
interface Picture {
	readonly id: number;
	readonly brief: Brief;
	readonly width: number;
	readonly height: number;
	readonly rowsPerBand: number;
	readonly bandCount: number;
	/** Finished bands that nobody has read yet, by number. */
	readonly finished: Map<number, BandResult>;
	nextBand: number;
	readBands: number;
	underBrush: number;
	failure: { readonly reason: unknown } | undefined;
	/** Wakes the reader. */
	announce: () => void;
}

/** What a thread is painting. */
interface Task {
	readonly picture: Picture;
	readonly band: number;
}

/** Each thread may be this many bands ahead of the reader, so that the threads need not wait for one slow band. */
const BANDS_AHEAD_PER_THREAD = 3;
/** Over all crews of the process, since they lend each other their threads. */
let pictureCount = 0;

/** Threads start when first needed, and idle ones do not keep the process alive. */
export class Crew {
	readonly #threads: number;
	readonly #isDraft: boolean;
	readonly #busy = new Map<Worker, Task>();
	/** In order of arrival. */
	readonly #pictures = new Set<Picture>();
	#isClosed = false;

	/** @param threads how many may paint at once. @param isDraft whether it paints coarsely. */
	constructor(threads: number, isDraft = false) {
		this.#threads = threads;
		this.#isDraft = isDraft;
	}

	/**
	 * Paints a picture and yields its PNG file piece by piece, in order. Nothing is painted far ahead of whoever reads,
	 * and nothing more once he stops.
	 * @param width pixels. @param height pixels.
	 * @throws the signal's reason once it aborts; `Error` when a thread dies over the picture or the crew is closed.
	 */
	async *paint(
		brief: Brief,
		width: number,
		height: number,
		signal: AbortSignal,
	): AsyncGenerator<Uint8Array> {
		signal.throwIfAborted();
		if (this.#isClosed) throw new Error("The painting crew is closed.");
		const picture = this.#enlist(brief, width, height);
		const abort = () => this.#fail(picture, signal.reason);
		signal.addEventListener("abort", abort);
		try {
			this.#handOut();
			yield openPng(width, height, [createMarking()]);
			const sums: Pick<BandResult, "adler" | "sizeBytes">[] = [];
			while (picture.readBands < picture.bandCount) {
				const { chunk, adler, sizeBytes } = await this.#readBand(picture);
				sums.push({ adler, sizeBytes });
				yield chunk;
			}
			yield closePng(sums);
		} finally {
			signal.removeEventListener("abort", abort);
			this.#pictures.delete(picture);
		}
	}

	/** Ends the threads that are painting; pictures under way fail. */
	async close(): Promise<void> {
		this.#isClosed = true;
		const reason = new Error("The painting crew was closed.");
		for (const picture of [...this.#pictures]) this.#fail(picture, reason);
		await Promise.all(
			[...this.#busy.keys()].map((worker) => worker.terminate()),
		);
	}

	#enlist(brief: Brief, width: number, height: number): Picture {
		const rowsPerBand = bandRows(width);
		const picture: Picture = {
			id: ++pictureCount,
			brief,
			width,
			height,
			rowsPerBand,
			bandCount: Math.ceil(height / rowsPerBand),
			finished: new Map(),
			nextBand: 0,
			readBands: 0,
			underBrush: 0,
			failure: undefined,
			announce: () => {},
		};
		this.#pictures.add(picture);
		return picture;
	}

	/** Waits for the band that is to be read next. */
	async #readBand(picture: Picture): Promise<BandResult> {
		for (;;) {
			if (picture.failure !== undefined) throw picture.failure.reason;
			const result = picture.finished.get(picture.readBands);
			if (result !== undefined) {
				picture.finished.delete(picture.readBands);
				picture.readBands++;
				this.#handOut();
				return result;
			}
			await new Promise<void>((resolve) => {
				picture.announce = resolve;
			});
		}
	}

	#handOut(): void {
		while (!this.#isClosed && this.#busy.size < this.#threads) {
			const picture = this.#mostInNeed();
			if (picture === undefined) return;
			const band = picture.nextBand++;
			picture.underBrush++;
			const worker = this.#takeThread();
			this.#busy.set(worker, { picture, band });
			const firstRow = band * picture.rowsPerBand;
			const order: BandOrder = {
				picture: picture.id,
				brief: picture.brief,
				isDraft: this.#isDraft,
				width: picture.width,
				height: picture.height,
				firstRow,
				endRow: Math.min(picture.height, firstRow + picture.rowsPerBand),
			};
			worker.postMessage(order);
		}
	}

	/** The picture that has the fewest threads, oldest first: a small picture need not wait for a large one. */
	#mostInNeed(): Picture | undefined {
		const most = this.#threads * BANDS_AHEAD_PER_THREAD;
		let chosen: Picture | undefined;
		for (const picture of this.#pictures) {
			if (picture.nextBand === picture.bandCount) continue;
			if (picture.nextBand - picture.readBands >= most) continue;
			if (chosen === undefined || picture.underBrush < chosen.underBrush) {
				chosen = picture;
			}
		}
		return chosen;
	}

	#takeThread(): Worker {
		const worker = takeThread();
		worker.on("message", (result: BandResult) => {
			this.#finishBand(worker, result);
		});
		worker.on("error", (error) => this.#loseThread(worker, error));
		worker.on("exit", () => {
			this.#loseThread(worker, new Error("A painting thread ended."));
		});
		return worker;
	}

	#finishBand(worker: Worker, result: BandResult): void {
		const task = this.#busy.get(worker);
		if (task === undefined) return;
		this.#busy.delete(worker);
		leaveIdle(worker);
		task.picture.underBrush--;
		task.picture.finished.set(task.band, result);
		task.picture.announce();
		this.#handOut();
	}

	/** Called for an error and again for the exit that follows it; the second time there is nothing left to lose. */
	#loseThread(worker: Worker, reason: unknown): void {
		const task = this.#busy.get(worker);
		if (task === undefined) return;
		this.#busy.delete(worker);
		this.#fail(task.picture, reason);
		this.#handOut();
	}

	#fail(picture: Picture, reason: unknown): void {
		picture.failure ??= { reason };
		this.#pictures.delete(picture);
		picture.finished.clear();
		picture.announce();
	}
}
