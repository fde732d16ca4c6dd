/** Reads the one operand of the commands about a batch: its id. */
import { Refusal } from "../../command-line/refusal.ts";

/** @throws {Refusal} unless there is exactly one. */
export function batchIdOf(name: string, operands: readonly string[]): string {
	const [id, ...others] = operands;
	if (id === undefined || others.length > 0)
		throw new Refusal(
			id === undefined ? "Which batch?" : "One batch at a time.",
			`gesso ${name} ID, with an id of \`gesso batch list\``,
		);
	return id;
}

/** @throws {Refusal} when there is any. */
export function takesNothing(name: string, operands: readonly string[]): void {
	if (operands.length > 0)
		throw new Refusal(
			`gesso ${name} takes options only, and got "${operands.join(" ")}".`,
			`gesso ${name} --help`,
		);
}
