/** Saves what a server sends, again from the beginning when it breaks off, and says in words why it cannot be saved. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { GessoError, isPassing } from "@gesso/client/gesso-error";
import type { Download } from "@gesso/client/images";
import { EXIT, Refusal } from "../command-line/refusal.ts";
import { writeWhole } from "./write-whole.ts";

/** What is to be saved, and where. */
export interface Saving {
	/** Asks the server for it. */
	open(): Promise<Download>;
	/** @returns the whole path of its file. */
	fileOf(download: Download): string;
	/** The server's, for the words of faults. */
	readonly url: string;
	readonly signal: AbortSignal;
	/** After so long without a byte the server has broken off; a minute when left out. */
	readonly silenceMs?: number;
}

export interface Saved {
	readonly file: string;
	readonly sizeBytes: number;
	readonly mediaType: string;
}

const ATTEMPTS = 3;
const SILENCE_MS = 60_000;

/** @throws {GessoError} when the server refuses it or breaks off again and again; {Refusal} when it cannot be written. */
export async function saveDownload(saving: Saving): Promise<Saved> {
	const { url, signal, silenceMs = SILENCE_MS } = saving;
	for (let attempt = 1; ; attempt++) {
		const download = await saving.open();
		const file = saving.fileOf(download);
		try {
			await mkdir(path.dirname(file), { recursive: true });
			const bytes = arriving(download.body, silenceMs);
			const sizeBytes = await writeWhole(file, bytes);
			return { file, sizeBytes, mediaType: download.mediaType };
		} catch (fault) {
			signal.throwIfAborted();
			const told = savingFault(fault, url);
			if (!isPassing(told) || attempt === ATTEMPTS) throw told;
		}
	}
}

/** @throws when nothing comes for too long. */
async function* arriving(
	body: ReadableStream<Uint8Array>,
	silenceMs: number,
): AsyncGenerator<Uint8Array, void> {
	const reader = body.getReader();
	try {
		for (;;) {
			const silence = Promise.withResolvers<never>();
			const timer = setTimeout(
				() => silence.reject(new Error("Nothing came any more.")),
				silenceMs,
			);
			const { done, value } = await Promise.race([
				reader.read(),
				silence.promise,
			]).finally(() => clearTimeout(timer));
			if (done) return;
			yield value;
		}
	} finally {
		// It lets go of a connection on which more would come; not every one can be waited for.
		reader.cancel().catch(() => {});
	}
}

const DISK_FAULTS =
	/^E(ACCES|DQUOT|FBIG|IO|ISDIR|MFILE|NAMETOOLONG|NFILE|NOENT|NOSPC|NOTDIR|PERM|ROFS)$/;

/** @returns a fault of the disk in words; a connection that broke off as one that does not answer. */
function savingFault(fault: unknown, url: string): unknown {
	if (!(fault instanceof Error) || fault instanceof GessoError) return fault;
	if ("code" in fault && DISK_FAULTS.test(String(fault.code)))
		return new Refusal(
			`A file cannot be saved: ${fault.message}`,
			"Make room, or see to it that you may write there; then run the same command again.",
			EXIT.failed,
		);
	return new GessoError(`The server at ${url} broke off.`, {
		status: null,
		code: "unreachable",
		cause: fault,
	});
}
