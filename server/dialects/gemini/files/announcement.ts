/** Reads what a client says of a file before it comes: in a JSON document, and in headers beside it. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { invalid } from "../../../engine/errors.ts";
import type { DialectContext } from "../../dialect.ts";
import { wholeNumber } from "../field-types.ts";
import { readMessage } from "../read-message.ts";
import { KEPT_MS, plainFileName } from "./file-body.ts";

type Announced = Parameters<
	DialectContext["engine"]["files"]["uploads"]["start"]
>[1];

export interface Announcement {
	readonly file: Announced;
	/** Fields that have no effect here. */
	readonly ignored: readonly string[];
}

/** A client's words are few. */
export const MAX_ANNOUNCEMENT_BYTES = 65_536;
const MAX_DISPLAY_NAME = 512;

/** What other dialects list a file as that a client handed in without saying what for. */
const PURPOSE = "user_data";

const announcement = z.object({
	file: z
		.object({
			name: z.string().optional(),
			displayName: z.string().max(MAX_DISPLAY_NAME).optional(),
			mimeType: z.string().optional(),
			sizeBytes: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
		})
		.default({}),
});

/**
 * @param text JSON; nothing at all is no error.
 * @throws {EngineError} `invalid_request`
 */
export function readAnnouncement(
	request: FastifyRequest,
	text: string,
): Announcement {
	const { message, ignored } = readMessage(announcement, parse(text));
	const { name, displayName, mimeType, sizeBytes } = message.file;
	const header = headersOf(request);
	const ownName = plainFileName(name ?? "");
	if (displayName?.isWellFormed() === false || displayName?.includes("\0"))
		throw invalid("file.displayName", "The display name must be text.");
	return {
		ignored,
		file: {
			purpose: PURPOSE,
			fileName: header("file-name") ?? displayName ?? ownName,
			mediaType: mediaTypeOf(mimeType ?? header("header-content-type") ?? ""),
			displayName: displayName || undefined,
			ownName: ownName === "" ? undefined : ownName,
			ownNameField: "file.name",
			keptMs: KEPT_MS,
			sizeBytes: sizeIn(header("header-content-length")) ?? sizeBytes,
		},
	};
}

function parse(text: string): unknown {
	if (text.trim() === "") return {};
	try {
		return JSON.parse(text);
	} catch {
		throw invalid("body", "Invalid JSON payload received.", "a JSON object");
	}
}

function headersOf({ headers }: FastifyRequest) {
	return (name: string): string | undefined => {
		const value = headers[`x-goog-upload-${name}`];
		return typeof value === "string" && value !== "" ? value : undefined;
	};
}

function sizeIn(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	if (!/^\d{1,15}$/.test(text))
		throw invalid(
			"x-goog-upload-header-content-length",
			"x-goog-upload-header-content-length must be a number of bytes.",
			"a number of bytes",
		);
	return Number(text);
}

/** JavaScript's SDK cannot tell that of a .jsonl file, and its users say `jsonl`. */
function mediaTypeOf(said: string): string {
	return /^[a-z0-9.+-]+$/i.test(said) ? `application/${said}` : said;
}
