/** Holds what callers say of a conversation against what can be kept. */
import { EngineError, invalid } from "../errors.ts";
import { requireText } from "../generations/check-text.ts";
import {
	MAX_ITEM_CHARACTERS,
	MAX_ITEMS_AT_ONCE,
	MAX_PARTS,
	type NewMessage,
} from "./conversation.ts";

const MAX_TITLE_CHARACTERS = 256;
const MAX_TITLE_BROUGHT = 10_000;
const MAX_METADATA_PAIRS = 16;
const MAX_METADATA_NAME = 64;
const MAX_METADATA_VALUE = 512;

/**
 * A title as it is kept: without control characters and doubled blanks, cut between two words when it is longer than 256
 * characters. @returns `null` when nothing is left.
 */
export function titleOf(brought: string): string | null {
	requireText("title", brought, MAX_TITLE_BROUGHT);
	const title = brought.replace(/[\p{Cc}\s]+/gu, " ").trim();
	if (title === "") return null;
	if (title.length <= MAX_TITLE_CHARACTERS) return title;
	const cut = title.slice(0, MAX_TITLE_CHARACTERS - 3).toWellFormed();
	const lastBlank = cut.lastIndexOf(" ");
	// A title without blanks, as in Chinese, is cut anywhere.
	return `${(lastBlank > 0 ? cut.slice(0, lastBlank) : cut).replace(/[\s\p{P}\uFFFD]+$/u, "")}...`;
}

/** @throws {EngineError} `invalid_request`; 16 pairs, names of 64 and texts of 512 characters are allowed. */
export function checkMetadata(
	metadata: Readonly<Record<string, string>>,
): void {
	const pairs = Object.entries(metadata);
	if (pairs.length > MAX_METADATA_PAIRS) {
		throw invalid(
			"metadata",
			`The metadata has ${pairs.length} pairs.`,
			`at most ${MAX_METADATA_PAIRS} pairs`,
		);
	}
	for (const [name, value] of pairs) {
		if (name === "" || name.length > MAX_METADATA_NAME) {
			throw invalid(
				"metadata",
				`A name in the metadata has ${name.length} characters.`,
				`1 to ${MAX_METADATA_NAME} characters`,
			);
		}
		requireText("metadata", name, MAX_METADATA_NAME);
		requireText("metadata", value, MAX_METADATA_VALUE);
	}
}

/** @throws {EngineError} `invalid_request` for what is too much at once, or no text. */
export function checkMessages(messages: readonly NewMessage[]): void {
	if (messages.length > MAX_ITEMS_AT_ONCE) {
		throw invalid(
			"items",
			`There are ${messages.length} items.`,
			`at most ${MAX_ITEMS_AT_ONCE} at once`,
		);
	}
	for (const message of messages) checkMessage(message);
}

export function checkMessage({ parts }: NewMessage): void {
	if (parts.length > MAX_PARTS) {
		throw invalid(
			"content",
			`A message has ${parts.length} parts.`,
			`at most ${MAX_PARTS} parts`,
		);
	}
	let characters = 0;
	for (const part of parts) {
		if (part.kind !== "text") continue;
		requireText("content", part.text, MAX_ITEM_CHARACTERS);
		characters += part.text.length;
	}
	if (characters > MAX_ITEM_CHARACTERS) {
		throw invalid(
			"content",
			`A message has ${characters} characters.`,
			`at most ${MAX_ITEM_CHARACTERS} characters`,
		);
	}
}

export function noSuchConversation(id: string): EngineError {
	return new EngineError(
		"not_found",
		`There is no conversation ${id.slice(0, 100)} in this team.`,
		{ details: { field: "conversation" } },
	);
}

export function noSuchItem(id: string): EngineError {
	return new EngineError(
		"not_found",
		`There is no item ${id.slice(0, 100)} in this conversation.`,
	);
}
