/** What the turns of a request amount to: what is answered, what was said, and which pictures are needed for it. */
import { checkMessage } from "../conversations/check-conversation.ts";
import type { NewMessage } from "../conversations/conversation.ts";
import { invalid } from "../errors.ts";
import type { Answerer, Said } from "./choose-answerer.ts";
import { type History, picturesOf, textOf } from "./history.ts";

/** Turns that one request may bring; older ones belong into a conversation. */
const MOST_TURNS = 1_000;

/** @throws {EngineError} `invalid_request` unless there is something to answer. */
export function lastTurn(turns: readonly NewMessage[]): NewMessage {
	if (turns.length > MOST_TURNS)
		throw invalid(
			"messages",
			`There are ${turns.length} messages.`,
			`at most ${MOST_TURNS}`,
		);
	for (const turn of turns) checkMessage(turn);
	const last = turns.at(-1);
	if (last?.role !== "user")
		throw invalid(
			"messages",
			"The last message must be the user's: it is the one that is answered.",
		);
	const isSilent = last.parts.every(
		(part) => part.kind === "text" && part.text.trim() === "",
	);
	if (isSilent)
		throw invalid(
			"messages",
			"The last message must not be empty.",
			"any text",
		);
	return last;
}

export function saidIn(
	{ spoken }: History,
	turns: readonly NewMessage[],
): Said {
	const isUsers = ({ role }: { readonly role: string }) => role === "user";
	const texts = (message: NewMessage) =>
		message.parts
			.flatMap((part) => (part.kind === "text" ? [part.text] : []))
			.join("\n");
	return {
		messages: [
			...spoken.filter(isUsers).map(textOf),
			...turns.filter(isUsers).map(texts),
		],
		hasPicture:
			spoken.some((turn) => picturesOf(turn).length > 0) ||
			turns.some(({ parts }) => parts.some(({ kind }) => kind === "image")),
	};
}

/** A picture is drawn from one turn's pictures: those of the others are not even fetched. */
export function turnsNeeded(
	turns: readonly NewMessage[],
	{ kind }: Answerer,
): readonly NewMessage[] {
	if (kind === "talk") return turns;
	const hasPicture = ({ parts }: NewMessage) =>
		parts.some((part) => part.kind === "image");
	const source = turns.findLast(hasPicture);
	return turns.map((turn) =>
		turn === source
			? turn
			: { ...turn, parts: turn.parts.filter((part) => part.kind === "text") },
	);
}
