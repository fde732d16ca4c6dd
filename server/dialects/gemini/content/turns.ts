/** Puts contents into turns: whoever speaks several times in a row has one, and what was only thought has none. */
import { invalid } from "../../../engine/errors.ts";
import { mayBePicture } from "../picture-source.ts";
import type { Content, Part } from "./schema.ts";

/** A part whose picture, if it has one, is not looked for yet. */
export type TurnPart =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "picture"; readonly part: Part; readonly field: string };

export interface Turn {
	readonly role: "user" | "assistant";
	readonly parts: readonly TurnPart[];
}

const ROLE: Readonly<Record<string, Turn["role"]>> = {
	"": "user",
	user: "user",
	model: "assistant",
	assistant: "assistant",
	// What a tool answered is told by the caller, whoever called the tool.
	function: "user",
	tool: "user",
};

/** @throws {EngineError} `invalid_request` for a role that nobody has. */
export function turnsOf(contents: readonly Content[]): readonly Turn[] {
	const turns: { role: Turn["role"]; parts: TurnPart[] }[] = [];
	for (const [index, { role = "", parts }] of contents.entries()) {
		const field = `contents.${index}`;
		const speaker = roleOf(role, field);
		const spoken = parts.flatMap((part, position) =>
			partOf(part, `${field}.parts.${position}`),
		);
		if (spoken.length === 0) continue;
		const last = turns.at(-1);
		// A streamed answer comes back in as many contents as it had chunks.
		if (last?.role === speaker)
			last.parts = joined(speaker, last.parts, spoken);
		else turns.push({ role: speaker, parts: joined(speaker, [], spoken) });
	}
	return turns;
}

/** What they say; pictures are left out. */
export function textIn(parts: readonly TurnPart[]): string {
	return parts
		.flatMap((part) => (part.kind === "text" ? [part.text] : []))
		.join("\n");
}

function roleOf(role: string, field: string): Turn["role"] {
	const name = role.toLowerCase();
	const known = Object.hasOwn(ROLE, name) ? ROLE[name] : undefined;
	if (known !== undefined) return known;
	throw invalid(
		`${field}.role`,
		`Please use a valid role: user, model. "${role.slice(0, 50)}" is none.`,
		"user or model",
	);
}

function partOf(part: Part, field: string): TurnPart[] {
	if (part.thought === true) return [];
	const { text = "" } = part;
	return [
		...(text === "" ? [] : [{ kind: "text" as const, text }]),
		...(mayBePicture(part) ? [{ kind: "picture" as const, part, field }] : []),
	];
}

/** Neighbouring texts become one: a chunk of an answer goes on where the last one ended. */
function joined(
	role: Turn["role"],
	before: readonly TurnPart[],
	after: readonly TurnPart[],
): TurnPart[] {
	const parts = [...before];
	for (const part of after) {
		const last = parts.at(-1);
		if (part.kind === "text" && last?.kind === "text") {
			const between = role === "user" ? "\n" : "";
			parts[parts.length - 1] = {
				kind: "text",
				text: last.text + between + part.text,
			};
		} else parts.push(part);
	}
	return parts;
}
