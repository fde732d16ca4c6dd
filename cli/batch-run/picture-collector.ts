/** Brings the pictures of a batch into the folder while it is being drawn, and whatever is missing when it has ended. */
import path from "node:path";
import type { GessoClient } from "@gesso/client";
import type { BatchRow, RowPage } from "@gesso/client/batch";
import { GessoError, isPassing } from "@gesso/client/gesso-error";
import type { ImageFormat } from "@gesso/client/images";
import { EXIT, Refusal } from "../command-line/refusal.ts";
import { saveDownload } from "../files/save-download.ts";
import type { SavedPictures } from "./saved-pictures.ts";

export interface Collecting {
	readonly client: GessoClient;
	readonly batchId: string;
	readonly folder: string;
	readonly saved: SavedPictures;
	readonly format: ImageFormat;
	/** Whether a row may have several pictures, which are told apart by number then. */
	readonly hasSeveral: boolean;
	readonly signal: AbortSignal;
}

/** What of a batch is in the folder. */
export interface Collected {
	readonly pictures: number;
	/** Deleted from the library since they were drawn. */
	readonly gone: number;
}

const PAGE_ROWS = 100;
const FETCHES_AT_ONCE = 4;
const ENDED: readonly BatchRow["status"][] = ["invalid", "drawn", "failed"];

export class PictureCollector {
	readonly #context: Collecting;
	/** Pictures that were looked at by this run. */
	readonly #known = new Set<string>();
	/** Behind the last row before which all have ended. */
	#after: number | undefined;
	#pictures = 0;
	#gone = 0;
	#sweeping: Promise<void> | null = null;
	#isAskedAgain = false;

	constructor(context: Collecting) {
		this.#context = context;
	}

	/**
	 * Fetches what is drawn by now, unless that is being done already; does not wait for it.
	 * @param fail is told of a fault that will not pass.
	 */
	nudge(fail: (fault: unknown) => void): void {
		this.#isAskedAgain = true;
		this.#sweeping ??= this.#sweepOnAndOn()
			// What does not answer now is asked again when it is all drawn.
			.catch((fault: unknown) => (isPassing(fault) ? undefined : fail(fault)))
			.finally(() => {
				this.#sweeping = null;
			});
	}

	/** Resolves when nothing is being fetched. */
	async settle(): Promise<void> {
		await this.#sweeping;
	}

	/** Fetches everything that is missing. @throws {GessoError} {Refusal} */
	async collectAll(): Promise<Collected> {
		await this.settle();
		this.#after = undefined;
		await this.#sweep(true);
		return { pictures: this.#pictures, gone: this.#gone };
	}

	async #sweepOnAndOn(): Promise<void> {
		while (this.#isAskedAgain) {
			this.#isAskedAgain = false;
			await this.#sweep(false);
		}
	}

	/** Rows are drawn about in the order of the table, so that one need not look far behind those that are being drawn. */
	async #sweep(isWhole: boolean): Promise<void> {
		let after = this.#after;
		let isContiguous = true;
		for (;;) {
			const page: RowPage = await this.#context.client.batches.rows(
				this.#context.batchId,
				{ limit: PAGE_ROWS, after },
				{ signal: this.#context.signal },
			);
			await this.#fetchAll(page.rows);
			const hasEnded = ({ status }: BatchRow) => ENDED.includes(status);
			isContiguous &&= page.rows.every(hasEnded);
			if (isContiguous && page.next !== null) this.#after = page.next;
			if (page.next === null) return;
			if (!isWhole && !page.rows.some(hasEnded)) return;
			after = page.next;
		}
	}

	async #fetchAll(rows: readonly BatchRow[]): Promise<void> {
		const waiting = rows
			.filter(({ status }) => status === "drawn")
			.flatMap((row) =>
				row.images.map((image, index) => ({
					id: image.id,
					stem: this.#stemOf(row, index),
				})),
			)
			.filter(({ id }) => !this.#known.has(id));
		const fetchers = Array.from({ length: FETCHES_AT_ONCE }, async () => {
			for (let next = waiting.shift(); next; next = waiting.shift())
				await this.#take(next.id, next.stem);
		});
		// All of them come to their end, so that none still writes a file that is fetched anew.
		for (const result of await Promise.allSettled(fetchers))
			if (result.status === "rejected") throw result.reason;
	}

	#stemOf({ fileName, key }: BatchRow, index: number): string {
		if (/[/\\]|^\.*$/.test(fileName))
			throw new Refusal(
				`The server calls the picture of ${key} "${fileName}", which is no name for a file.`,
				"Say how files are called, and begin anew: --new --file-name {row}",
				EXIT.failed,
			);
		return this.#context.hasSeveral ? `${fileName}-${index + 1}` : fileName;
	}

	async #take(id: string, stem: string): Promise<void> {
		const { saved, format } = this.#context;
		// One and the same picture in another format is another file.
		const picture = format === "original" ? id : `${id} ${format}`;
		if (!(await saved.has(picture, stem))) {
			const file = await this.#bring(id, stem);
			if (file === null) {
				this.#known.add(id);
				this.#gone++;
				return;
			}
			await saved.note(picture, file);
		}
		this.#known.add(id);
		this.#pictures++;
	}

	/** @returns the file's name; `null` for a picture that is in the library no more. */
	async #bring(id: string, stem: string): Promise<string | null> {
		const { client, folder, format, signal } = this.#context;
		try {
			const { file } = await saveDownload({
				open: () => client.images.download(id, format, { signal }),
				fileOf: ({ fileName, mediaType }) =>
					path.join(folder, `${stem}.${extensionOf(fileName, mediaType)}`),
				url: client.url,
				signal,
			});
			return path.basename(file);
		} catch (fault) {
			if (fault instanceof GessoError && fault.code === "not_found")
				return null;
			throw fault;
		}
	}
}

/** As in the ZIP: by what the server calls the file, and by its type where it does not. */
function extensionOf(fileName: string | null, mediaType: string): string {
	const named = /\.([a-z0-9]{1,5})$/.exec(fileName ?? "")?.[1];
	return named ?? /^image\/([a-z0-9]{1,5})/.exec(mediaType)?.[1] ?? "bin";
}
