/** What is said to whoever runs a command, and what is asked of them. */
import { createInterface } from "node:readline/promises";
import type { ReadStream, WriteStream } from "node:tty";
import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

interface Streams {
	readonly stdin: ReadStream;
	readonly stdout: WriteStream;
	readonly stderr: WriteStream;
}

const CLEAR_LINE = "\r\u001b[2K";

export class Terminal {
	/** Whether somebody is there who can be asked. */
	readonly isInteractive: boolean;
	/** Whether a line can be written over. */
	readonly hasStatusLine: boolean;
	readonly #streams: Streams;
	#status = "";

	constructor(streams: Streams, environment: { readonly TERM?: string }) {
		this.#streams = streams;
		const { stdin, stdout } = streams;
		// They are undefined, not false, for what is no terminal.
		this.isInteractive = stdin.isTTY === true && stdout.isTTY === true;
		this.hasStatusLine = stdout.isTTY === true && environment.TERM !== "dumb";
	}

	get columns(): number {
		return this.#streams.stdout.columns || 100;
	}

	/** Colours a text where colours are shown and wanted (NO_COLOR). */
	style(format: Format, text: string): string {
		return styleText(format, text, { stream: this.#streams.stdout });
	}

	say(text = ""): void {
		this.#write(`${text}\n`);
	}

	/** Says what went wrong: where whoever reads only results does not see it. */
	complain(text: string): void {
		this.setStatus("");
		this.#streams.stderr.write(`${text}\n`);
	}

	/** Shows a line that is written over by the next one, and is gone when anything else is said; empty for none. */
	setStatus(line: string): void {
		if (!this.hasStatusLine || line === this.#status) return;
		this.#streams.stdout.write(CLEAR_LINE + line);
		this.#status = line;
	}

	#write(text: string): void {
		this.setStatus("");
		this.#streams.stdout.write(text);
	}

	/** @returns whether the answer is yes; no when there is none. @throws the signal's reason. */
	async ask(question: string, signal: AbortSignal): Promise<boolean> {
		signal.throwIfAborted();
		const reader = createInterface({
			input: this.#streams.stdin,
			output: this.#streams.stdout,
			// Ctrl-C stays a signal, as it is everywhere else in a command.
			terminal: false,
		});
		try {
			const closed = new Promise<string>((resolve) =>
				reader.once("close", () => resolve("")),
			);
			const answer = await Promise.race([
				reader.question(`${question} [y/N] `, { signal }),
				closed,
			]);
			return /^(y|yes)$/i.test(answer.trim());
		} catch (error) {
			signal.throwIfAborted();
			throw error;
		} finally {
			reader.close();
		}
	}
}
