/**
 * Words in a prompt that make the painter behave like a vendor on a bad day, for tests and demonstrations without one:
 * `painter-fail` fails for good, `painter-unavailable` fails but may be tried again, `painter-block` refuses the content,
 * `painter-slow` and `painter-slow-7s` wait before painting.
 */

/** What the control words of a prompt ask for, and the prompt without them. */
interface ControlWords {
	readonly prompt: string;
	readonly failure: "invalid" | "unavailable" | "content_blocked" | undefined;
	/** Milliseconds to wait before painting. */
	readonly delayMs: number;
}

const CONTROL_WORD =
	/(?<![\w-])painter-(?:(fail|unavailable|block)|slow(?:-(\d{1,3})s)?)(?![\w-])/giu;

const FAILURES = {
	fail: "invalid",
	unavailable: "unavailable",
	block: "content_blocked",
} as const;

const DEFAULT_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 600_000;

/** Finds control words as whole words, in upper or lower case. The first failure counts, and the longest delay. */
export function readControlWords(prompt: string): ControlWords {
	let failure: ControlWords["failure"];
	let delayMs = 0;
	for (const [, word, seconds] of prompt.matchAll(CONTROL_WORD)) {
		if (word !== undefined) {
			failure ??= FAILURES[word.toLowerCase() as keyof typeof FAILURES];
			continue;
		}
		const asked =
			seconds === undefined ? DEFAULT_DELAY_MS : Number(seconds) * 1000;
		delayMs = Math.max(delayMs, Math.min(asked, LONGEST_DELAY_MS));
	}
	const rest = prompt.replace(CONTROL_WORD, " ").replace(/\s+/gu, " ").trim();
	return { prompt: rest, failure, delayMs };
}
