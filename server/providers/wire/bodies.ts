/** Bodies of requests to vendors: JSON and forms, with pictures that are read only as they are sent. */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { Base64Of, jsonPieces } from "../../net/json-stream.ts";
import type { OutgoingBody } from "../../net/vendor-http.ts";
import type { InputImage, KeptFile } from "../provider.ts";

/** May be sent more than once. @param value may hold `base64Of` in the place of strings. */
export function jsonBody(value: unknown): OutgoingBody {
	return { contentType: "application/json", ...jsonPieces(value) };
}

/** The place of a picture in a JSON body. */
export function base64Of(image: InputImage): Base64Of {
	return new Base64Of(image.sizeBytes, () => image.open());
}

/** The place of a picture in a JSON body, as a data URL. */
export function dataUrlOf(image: InputImage): Base64Of {
	return new Base64Of(
		image.sizeBytes,
		() => image.open(),
		`data:${image.mediaType};base64,`,
	);
}

export function bytesBody(
	contentType: string,
	{ sizeBytes, open }: { sizeBytes: number; open(): AsyncIterable<Uint8Array> },
): OutgoingBody {
	return { contentType, sizeBytes, open };
}

export function fileBody(contentType: string, file: KeptFile): OutgoingBody {
	return bytesBody(contentType, {
		sizeBytes: file.sizeBytes,
		open: () => createReadStream(file.path),
	});
}

/** A field of a form, or a file in it. */
export type FormPart =
	| { readonly name: string; readonly value: string }
	| { readonly name: string; readonly file: FormFile };

export interface FormFile {
	readonly fileName: string;
	readonly contentType: string;
	readonly sizeBytes: number;
	open(): Promise<AsyncIterable<Uint8Array>>;
}

/** @param stem the file's name without its ending. */
export function formFileOf(image: InputImage, stem: string): FormFile {
	return {
		fileName: `${stem}.${image.mediaType.split("/")[1] ?? "bin"}`,
		contentType: image.mediaType,
		sizeBytes: image.sizeBytes,
		open: () => image.open(),
	};
}

/** multipart/form-data of RFC 7578. Names are the adapters' own, so they need no escaping. */
export function formBody(parts: readonly FormPart[]): OutgoingBody {
	const boundary = `gesso-${randomUUID()}`;
	const heads = parts.map((part) => headOf(part, boundary));
	const end = `--${boundary}--\r\n`;
	const sizeBytes = parts.reduce(
		(sum, part, index) =>
			sum +
			Buffer.byteLength(heads[index] ?? "") +
			("file" in part
				? part.file.sizeBytes + 2
				: Buffer.byteLength(part.value) + 2),
		Buffer.byteLength(end),
	);
	return {
		contentType: `multipart/form-data; boundary=${boundary}`,
		sizeBytes,
		async *open() {
			for (const [index, part] of parts.entries()) {
				yield heads[index] ?? "";
				if ("file" in part) yield* await part.file.open();
				else yield part.value;
				yield "\r\n";
			}
			yield end;
		},
	};
}

function headOf(part: FormPart, boundary: string): string {
	const disposition = `--${boundary}\r\ncontent-disposition: form-data; name="${part.name}"`;
	return "file" in part
		? `${disposition}; filename="${part.file.fileName}"\r\ncontent-type: ${part.file.contentType}\r\n\r\n`
		: `${disposition}\r\n\r\n`;
}
