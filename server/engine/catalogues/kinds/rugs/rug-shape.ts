/** Settles what shape a rug has, from what its row calls it and how long and wide it is. */
import type { RugSize } from "./rug-size.ts";

export type RugShape = "runner" | "rectangle" | "round" | "square";

const NAMED: Readonly<Record<string, RugShape>> = {
	runner: "runner",
	rectangle: "rectangle",
	round: "round",
	square: "square",
};
/** A runner is at least so many times as long as it is wide... */
const LEAST_RUNNER_RATIO = 2;
/** ... and what is so long is one, though nobody says so. */
const SURE_RUNNER_RATIO = 3;

export interface SettledShape {
	readonly shape: RugShape;
	/** Whether it is called a runner and is none: 10'10" by 17' fills a room, not a hallway. */
	readonly isAgainstSize: boolean;
}

/** What no column names is a rectangle. */
export function settleShape(
	called: string,
	size: RugSize | null,
): SettledShape {
	const named = NAMED[called.trim().toLowerCase()];
	const ratio = size === null ? null : size.lengthFeet / size.widthFeet;
	if (named === "runner" && ratio !== null && ratio < LEAST_RUNNER_RATIO)
		return { shape: "rectangle", isAgainstSize: true };
	if (called.trim() === "" && ratio !== null && ratio >= SURE_RUNNER_RATIO)
		return { shape: "runner", isAgainstSize: false };
	return { shape: named ?? "rectangle", isAgainstSize: false };
}
