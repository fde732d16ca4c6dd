/** Puts whatever ends a command into a line or two: what happened, and what to do. */
import { GessoError } from "@gesso/client/gesso-error";
import type { Terminal } from "../terminal/terminal.ts";
import { optionOfField } from "./api-fields.ts";
import { EXIT, Leaving, Refusal } from "./refusal.ts";

/** @returns the exit code. */
export function tellError(terminal: Terminal, error: unknown): number {
	if (error instanceof Leaving) return EXIT.interrupted;
	const { message, hint, exitCode } = wordsOf(error);
	terminal.complain(`${terminal.style("red", "gesso:")} ${message}`);
	if (hint !== undefined)
		terminal.complain(
			hint
				.split("\n")
				.map((line) => `  ${line}`)
				.join("\n"),
		);
	return exitCode;
}

function wordsOf(
	error: unknown,
): Pick<Refusal, "message" | "hint" | "exitCode"> {
	if (error instanceof Refusal) return error;
	if (error instanceof GessoError) return serverWords(error);
	const message = error instanceof Error ? error.message : String(error);
	return {
		message: `Something went wrong in this command: ${message}`,
		hint: "Run it again; with GESSO_DEBUG=1 it says where.",
		exitCode: EXIT.failed,
	};
}

function serverWords(error: GessoError) {
	const isRefused =
		error.status !== null && error.status >= 400 && error.status < 500;
	return {
		message: `${placeOf(error)}${error.message}`,
		hint: hintFor(error),
		exitCode: isRefused ? EXIT.refused : EXIT.failed,
	};
}

/** The option is named where the server's own words are of a field. */
function placeOf({ field }: GessoError): string {
	const option = field === undefined ? null : optionOfField(field);
	return option === null ? "" : `${option}: `;
}

function hintFor({
	message,
	code,
	status,
	allowed,
	field,
	requestId,
}: GessoError): string | undefined {
	if (code === "unauthenticated")
		return "The apiKey is not one of this server's. Make one where it runs: npm run admin -- api-key create";
	if (code === "insufficient_credits")
		return "Have some granted where the server runs: npm run admin -- credits grant N";
	if (code === "unreachable") return "Run the same command again when it does.";
	if (
		allowed !== undefined &&
		!message.includes(allowed.replace(/^one of /, ""))
	)
		return `Allowed: ${allowed}`;
	if (field !== undefined) return undefined;
	if (status === null || status >= 500)
		return requestId === undefined
			? "Run the same command again in a while."
			: `Run the same command again in a while. The server's log has it as ${requestId}.`;
	return undefined;
}
