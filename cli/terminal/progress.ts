/** Shows how something goes on: a bar that is written over on a terminal, now and then a line elsewhere. */
import type { Terminal } from "./terminal.ts";
import { shortened } from "./words.ts";

/** How far it is. */
export interface Step {
	readonly done: number;
	readonly failed: number;
	readonly total: number;
	/** What stands behind the bar; the first ones are the last to be left out on a narrow terminal. */
	readonly words: readonly string[];
	/** What is being done just now, where there is a bar. */
	readonly now?: string | undefined;
}

const BAR_WIDTH = 24;
const LINE_EVERY_MS = 10_000;
const MARGIN = "  ";

export class Progress {
	readonly #terminal: Terminal;
	readonly #now: () => number;
	#lastLine = "";
	#lastLineAt = Number.NEGATIVE_INFINITY;
	#pending = "";

	constructor(terminal: Terminal, now: () => number = Date.now) {
		this.#terminal = terminal;
		this.#now = now;
	}

	show(step: Step): void {
		if (this.#terminal.hasStatusLine) {
			this.#terminal.setStatus(this.#bar(step));
			return;
		}
		this.#pending = step.words.join(", ");
		if (this.#now() - this.#lastLineAt >= LINE_EVERY_MS) this.#line();
	}

	/** Takes the bar away; where there is none, the last line is said. */
	end(): void {
		this.#terminal.setStatus("");
		this.#line();
	}

	#line(): void {
		if (this.#pending === "" || this.#pending === this.#lastLine) return;
		this.#terminal.say(MARGIN + this.#pending);
		this.#lastLine = this.#pending;
		this.#lastLineAt = this.#now();
	}

	#bar({ done, failed, total, words, now }: Step): string {
		const room = this.#terminal.columns - 1;
		const width = Math.min(BAR_WIDTH, Math.max(0, room - 40));
		const share = (value: number) =>
			total === 0 ? 0 : Math.round((value / total) * width);
		const drawn = Math.min(width, share(done));
		const broken = Math.min(
			width - drawn,
			Math.max(failed > 0 ? 1 : 0, share(failed)),
		);
		const terminal = this.#terminal;
		// The two kinds of lines are told apart without colours, too.
		const bar =
			terminal.style("green", "━".repeat(drawn)) +
			terminal.style("red", "━".repeat(broken)) +
			terminal.style("dim", "─".repeat(width - drawn - broken));
		const kept = now === undefined ? [...words] : [...words, now];
		const text = () => kept.join(" · ");
		const left = room - width - 2 * MARGIN.length;
		while (kept.length > 1 && text().length > left) kept.pop();
		return `${MARGIN}${bar}${MARGIN}${shortened(text(), left)}`;
	}
}
