/** Reads a multipart/form-data body part by part, and lets none of it run on when something is wrong with it. */
import type { Readable } from "node:stream";
import multipart from "@fastify/multipart";
import type { FastifyError, FastifyRequest } from "fastify";
import { EngineError } from "../engine/errors.ts";
import type { HttpServer } from "./http-server.ts";

const MAX_NAME_CHARACTERS = 100;

export interface MultipartLimits {
	readonly maxFields: number;
	/** Of one text field. */
	readonly maxFieldBytes: number;
	readonly maxFiles: number;
	/** Of everything, what stands between the parts included. */
	readonly maxBodyBytes: number;
	/** How long the body may take to arrive. */
	readonly arrivalTimeoutMs: number;
}

/** Takes the parts in the order in which they come; the next one waits until it is done. */
export interface PartTaker {
	takeField(name: string, text: string): void;
	/** Must read the file to its end, or throw. @param signal aborts when there will be no more of it. */
	takeFile(
		name: string,
		fileName: string | undefined,
		bytes: Readable,
		signal: AbortSignal,
	): Promise<void>;
}

/** Lets a part of the server take multipart bodies; its routes read them with `readMultipart`. */
export async function registerMultipart(server: HttpServer): Promise<void> {
	await server.register(multipart, { throwFileSizeLimit: false });
}

/**
 * @throws {EngineError} `payload_too_large` for too much of anything, `invalid_request` for what is no whole multipart
 * body; and what the taker throws. What the taker was given until then is the caller's to take away.
 */
export async function readMultipart(
	request: FastifyRequest,
	limits: MultipartLimits,
	taker: PartTaker,
): Promise<void> {
	const source = request.raw;
	const stop = new AbortController();
	const limit = Promise.withResolvers<never>();
	// A later fault is not heard by anybody any more.
	limit.promise.catch(() => {});
	let receivedBytes = 0;
	const count = (chunk: Buffer) => {
		receivedBytes += chunk.length;
		if (receivedBytes > limits.maxBodyBytes)
			limit.reject(
				tooLarge(`The body may have ${limits.maxBodyBytes} bytes in all.`),
			);
	};
	const hungUp = () => {
		if (!source.readableEnded) limit.reject(incomplete());
	};
	const timer = setTimeout(
		() => limit.reject(unreadable("The body did not arrive in time.")),
		limits.arrivalTimeoutMs,
	);
	source.on("data", count);
	source.on("close", hungUp);
	try {
		const reading = readParts(request, limits, taker, stop.signal);
		reading.catch(() => {});
		await Promise.race([reading, limit.promise]);
	} catch (error) {
		stop.abort(error);
		throw refusalOf(error);
	} finally {
		clearTimeout(timer);
		source.off("data", count);
		source.off("close", hungUp);
		// What is left is let go by, so that the caller reads the answer instead of waiting for us to read on.
		source.unpipe();
		source.resume();
	}
}

async function readParts(
	request: FastifyRequest,
	limits: MultipartLimits,
	taker: PartTaker,
	signal: AbortSignal,
): Promise<void> {
	const parts = request.parts({
		limits: {
			fields: limits.maxFields,
			fieldSize: limits.maxFieldBytes,
			files: limits.maxFiles,
			parts: limits.maxFields + limits.maxFiles,
			// Files have their limit where they are written.
			fileSize: Number.POSITIVE_INFINITY,
			headerPairs: 20,
		},
	});
	for await (const part of parts) {
		const name: unknown = part.fieldname;
		if (typeof name !== "string" || name.length > MAX_NAME_CHARACTERS) {
			throw unreadable(
				`A form field needs a name of at most ${MAX_NAME_CHARACTERS} characters.`,
			);
		}
		if (part.type === "file") {
			await taker.takeFile(name, part.filename, part.file, signal);
			continue;
		}
		if (part.valueTruncated)
			throw tooLarge(
				`The form field ${name} may have ${limits.maxFieldBytes} bytes.`,
			);
		taker.takeField(name, String(part.value));
	}
}

/** The disk's faults come out of the same stream. */
const OURS = /^(ENOSPC|EDQUOT|EIO|EMFILE|ENFILE|EROFS|EACCES|ENOENT)$/;

/** The parser's errors are the caller's faults, though some of them come without a status. */
function refusalOf(error: unknown): EngineError {
	if (error instanceof EngineError) return error;
	const { statusCode, code = "" } = (error ?? {}) as Partial<FastifyError>;
	if (OURS.test(code)) throw error;
	return statusCode === 413
		? tooLarge("The form has too many fields or files.", error)
		: incomplete(error);
}

function incomplete(cause?: unknown): EngineError {
	return unreadable("This is no complete multipart/form-data body.", cause);
}

function unreadable(message: string, cause?: unknown): EngineError {
	return new EngineError("invalid_request", message, { cause });
}

function tooLarge(message: string, cause?: unknown): EngineError {
	return new EngineError("payload_too_large", message, { cause });
}
