/** Takes in a file that comes in one request, alone or after a JSON document that says what it is. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { invalid } from "../../../engine/errors.ts";
import { principalOf } from "../../../http/authenticate.ts";
import type { DialectContext } from "../../dialect.ts";
import { tellIgnored } from "../read-message.ts";
import { sendJson } from "../send-json.ts";
import { MAX_ANNOUNCEMENT_BYTES, readAnnouncement } from "./announcement.ts";
import { DelimitedReader } from "./delimited-reader.ts";
import { fileBody } from "./file-body.ts";
import { bytesOf } from "./request-bytes.ts";

const MAX_HEADER_BYTES = 16_384;
const END_OF_HEADERS = "\r\n\r\n";

/** What came before the bytes. */
interface Opened {
	/** JSON; nothing for a file that comes alone. */
	readonly announcement: string;
	readonly mediaType: string;
	readonly bytes: AsyncIterable<Uint8Array>;
}

export async function uploadAtOnce(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	{ isMultipart }: { readonly isMultipart: boolean },
): Promise<FastifyReply> {
	const { engine } = context;
	const { files } = engine;
	const principal = principalOf(request);
	const opened = isMultipart ? await openParts(request) : alone(request);
	const { file, ignored } = readAnnouncement(request, opened.announcement);
	tellIgnored(reply, ignored);
	const { sizeBytes, ownNameField: _field, ...facts } = file;
	const staged = await files.stage(principal, opened.bytes);
	try {
		if (sizeBytes !== undefined && sizeBytes !== staged.sizeBytes)
			throw invalid(
				"file.sizeBytes",
				`${sizeBytes} bytes were announced, and ${staged.sizeBytes} came.`,
				`${staged.sizeBytes}`,
			);
		const created = await files.create(principal, staged, {
			...facts,
			mediaType: facts.mediaType || opened.mediaType,
		});
		return await sendJson(reply, { file: fileBody(context, request, created) });
	} finally {
		await files.discard(staged);
	}
}

function alone(request: FastifyRequest): Opened {
	return {
		announcement: "",
		mediaType: request.headers["content-type"] ?? "",
		bytes: bytesOf(request),
	};
}

/** Two parts, as Google's own documents have them: the document first. @throws {EngineError} `invalid_request` */
async function openParts(request: FastifyRequest): Promise<Opened> {
	const [, quoted, plain] =
		/;\s*boundary=(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/i.exec(
			request.headers["content-type"] ?? "",
		) ?? [];
	const boundary = quoted ?? plain;
	if (boundary === undefined)
		throw invalid(
			"content-type",
			"The Content-Type of a multipart body must name its boundary.",
		);
	const reader = new DelimitedReader(bytesOf(request));
	await reader.until(`--${boundary}`, MAX_HEADER_BYTES);
	await reader.until(END_OF_HEADERS, MAX_HEADER_BYTES);
	const between = `\r\n--${boundary}`;
	const announcement = await reader.until(between, MAX_ANNOUNCEMENT_BYTES);
	const headers = await reader.until(END_OF_HEADERS, MAX_HEADER_BYTES);
	const [, mediaType = ""] =
		/\r\ncontent-type:[ \t]*([^\r\n]*)/i.exec(headers) ?? [];
	return { announcement, mediaType, bytes: reader.bytesUntil(between) };
}
