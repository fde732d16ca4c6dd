/**
 * How files come in, under /upload/{version}/files. A client announces one and is given a URL, which is all that it needs to send
 * the bytes, in one piece or in many; Python's SDK sends no apiKey with those. Whatever their type is said to be, they are
 * bytes.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { invalid } from "../../../engine/errors.ts";
import { principalOf } from "../../../http/authenticate.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import type { DialectContext } from "../../dialect.ts";
import { requireKey } from "../authenticate.ts";
import { JSON_TYPE } from "../errors.ts";
import { tellIgnored } from "../read-message.ts";
import { MAX_ANNOUNCEMENT_BYTES, readAnnouncement } from "./announcement.ts";
import { fileBody } from "./file-body.ts";
import { bytesOf, textOf } from "./request-bytes.ts";
import { uploadAtOnce } from "./upload-at-once.ts";

/** Loose: an apiKey may be in it. */
const query = z.looseObject({
	upload_id: z.string().optional(),
	uploadType: z.string().optional(),
	upload_protocol: z.string().optional(),
});
type Query = z.infer<typeof query>;

/** Any size of a piece will do; this one is Google's. */
const GRANULARITY = 262_144;

type Upload = Awaited<
	ReturnType<DialectContext["engine"]["files"]["uploads"]["get"]>
>;

export async function registerUploads(
	server: HttpServer,
	context: DialectContext,
): Promise<void> {
	server.removeAllContentTypeParsers();
	server.addContentTypeParser("*", (_request, payload, done) =>
		done(null, payload),
	);
	server.route({
		method: ["POST", "PUT"],
		url: "/files",
		// Large files come slowly; each has its own limit where it is written.
		schema: {
			tags: ["Gemini files"],
			security: [{ apiKey: [] }],
			summary: "Upload a file, at once or in pieces",
			description:
				"Begun with x-goog-upload-protocol: resumable and x-goog-upload-command: start; the answer's x-goog-upload-url takes the bytes, without an apiKey. With uploadType=media or multipart the file comes at once.",
			querystring: query,
		},
		handler: async (request, reply) => {
			const { upload_id: token } = request.query;
			if (token !== undefined && token !== "")
				return await goOn(context, token, request, reply);
			await requireKey(context)(request);
			return isBegun(request, request.query)
				? await begin(context, request, reply)
				: await uploadAtOnce(context, request, reply, {
						isMultipart: isMultipart(request, request.query),
					});
		},
	});
}

function isBegun({ headers }: FastifyRequest, asked: Query): boolean {
	return (
		commandsOf(headers).includes("start") ||
		headers["x-goog-upload-protocol"] === "resumable" ||
		asked.uploadType === "resumable"
	);
}

function isMultipart({ headers }: FastifyRequest, asked: Query): boolean {
	const type = headers["content-type"] ?? "";
	return (
		asked.uploadType === "multipart" ||
		headers["x-goog-upload-protocol"] === "multipart" ||
		/^multipart\/(related|mixed|form-data)/i.test(type)
	);
}

/** `upload, finalize` are two. */
function commandsOf(headers: FastifyRequest["headers"]): string[] {
	return String(headers["x-goog-upload-command"] ?? "")
		.split(",")
		.map((command) => command.trim().toLowerCase())
		.filter((command) => command !== "");
}

async function begin(
	{ engine, baseUrl }: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply> {
	const text = await textOf(request, MAX_ANNOUNCEMENT_BYTES);
	const { file, ignored } = readAnnouncement(request, text);
	tellIgnored(reply, ignored);
	const { uploads } = engine.files;
	const token = await uploads.start(principalOf(request), file);
	const [path] = request.originalUrl.split("?");
	const url = `${baseUrl(request)}${path}?upload_id=${token}&upload_protocol=resumable`;
	return await reply
		.header("x-goog-upload-url", url)
		.header("x-goog-upload-control-url", url)
		.header("x-goog-upload-chunk-granularity", GRANULARITY)
		.header("x-goog-upload-status", "active")
		.type("text/plain; charset=utf-8")
		.send("");
}

/** With an upload that is known by its token. */
async function goOn(
	context: DialectContext,
	token: string,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply> {
	const { uploads } = context.engine.files;
	const commands = commandsOf(request.headers);
	if (commands.includes("cancel")) {
		await uploads.cancel(token);
		return await tell(reply, "cancelled");
	}
	const isLast = commands.includes("finalize");
	const hasBytes = commands.includes("upload");
	if (!isLast && !hasBytes && !commands.includes("query"))
		throw invalid(
			"x-goog-upload-command",
			"x-goog-upload-command says nothing that can be done with an upload.",
			"upload, finalize, query or cancel",
		);
	const upload =
		isLast || hasBytes
			? await uploads.add(token, {
					offset: await offsetOf(context, token, request, hasBytes),
					bytes: bytesOf(request),
					isLast,
				})
			: await uploads.get(token);
	return await answer(context, upload, request, reply);
}

/** Where a piece belongs; where nothing is said, only the first one's place is known. */
async function offsetOf(
	{ engine }: DialectContext,
	token: string,
	{ headers }: FastifyRequest,
	hasBytes: boolean,
): Promise<number> {
	const said = headers["x-goog-upload-offset"];
	if (typeof said === "string" && /^\d{1,15}$/.test(said)) return Number(said);
	const { receivedBytes } = await engine.files.uploads.get(token);
	if (said === undefined && (receivedBytes === 0 || !hasBytes))
		return receivedBytes;
	throw invalid(
		"x-goog-upload-offset",
		"x-goog-upload-offset must say at which byte the piece begins.",
		`a number of bytes, at most ${receivedBytes}`,
	);
}

async function answer(
	context: DialectContext,
	{ receivedBytes, file }: Upload,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply> {
	void reply.header("x-goog-upload-size-received", receivedBytes);
	if (file === null) {
		void reply.header("x-goog-upload-chunk-granularity", GRANULARITY);
		return await tell(reply, "active");
	}
	return await reply
		.header("x-goog-upload-status", "final")
		.type(JSON_TYPE)
		.send(JSON.stringify({ file: fileBody(context, request, file) }));
}

async function tell(
	reply: FastifyReply,
	status: string,
): Promise<FastifyReply> {
	return await reply
		.header("x-goog-upload-status", status)
		.type("text/plain; charset=utf-8")
		.send("");
}
