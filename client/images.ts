/** Takes pictures home. */
import type { Call, Connection } from "./connection.ts";
import { GessoError } from "./gesso-error.ts";

/** A file as it arrives. */
export interface Download {
	readonly mediaType: string;
	/** What the server calls it; `null` when it does not say. */
	readonly fileName: string | null;
	/** `null` when the server does not know before. */
	readonly sizeBytes: number | null;
	readonly body: ReadableStream<Uint8Array>;
}

export type ImageFormat = "original" | "png" | "jpeg" | "webp";

export class Images {
	readonly #connection: Connection;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/**
	 * @param format the bytes as they were drawn, or a rendering.
	 * @throws {GessoError}
	 */
	async download(
		id: string,
		format: ImageFormat = "original",
		call: Call = {},
	): Promise<Download> {
		return await download(this.#connection, {
			...call,
			path: `/images/library/${encodeURIComponent(id)}/download`,
			query: { format },
		});
	}
}

/** Opens what is to be saved as a file. @throws {GessoError} */
export async function download(
	connection: Connection,
	question: Call & {
		readonly path: string;
		readonly query?: Readonly<Record<string, string>>;
	},
): Promise<Download> {
	const response = await connection.open({
		...question,
		method: "GET",
		accept: "*/*",
	});
	const { headers, body, status } = response;
	if (body === null)
		throw new GessoError(`${connection.url} sent a file without bytes.`, {
			status,
			code: "unexpected_answer",
		});
	const length = headers.get("content-length");
	return {
		mediaType: headers.get("content-type") ?? "application/octet-stream",
		fileName: fileNameIn(headers.get("content-disposition") ?? ""),
		// Of a body that is packed on its way, it is the length of what is packed.
		sizeBytes:
			length === null || headers.has("content-encoding")
				? null
				: Number(length),
		body,
	};
}

function fileNameIn(disposition: string): string | null {
	return /\bfilename="([^"]+)"/.exec(disposition)?.[1] ?? null;
}
