/** Reads a form with pictures in it: every spelling of their fields, in any order, each file as it arrives and none of it in memory. */
import type { FastifyRequest } from "fastify";
import type { Engine } from "../../../engine/engine.ts";
import { EngineError, invalid } from "../../../engine/errors.ts";
import type { InputImageSource } from "../../../engine/generations/request.ts";
import { readMultipart } from "../../../http/read-multipart.ts";
import type { ImagesHouse, Uploads } from "./pictures.ts";

const MAX_FIELDS = 60;
const MAX_FIELD_BYTES = 262_144;
/** OpenAI's own limit, and a mask. */
const MAX_FILES = 17;
const ARRIVAL_TIMEOUT_MS = 290_000;

/** `image`, `image[]`, `image[0]`, `images`, `images[]`. */
const IMAGE_FIELD = /^images?(?:\[(\d{0,3})\])?$/;

export interface EditForm {
	readonly fields: Readonly<Record<string, string>>;
	readonly uploads: Uploads;
	/** Tells a repetition of the form from another one. */
	readonly fingerprint: object;
}

interface UploadedImage {
	readonly source: InputImageSource;
	/** As the field's name counts it. */
	readonly index: number | undefined;
}

/**
 * The house takes note of every file; they are its to discard, also when this throws.
 * @throws {EngineError} for a form that is broken, too large, or not one of pictures.
 */
export async function readEditForm(
	request: FastifyRequest,
	{ engine, staged }: Pick<ImagesHouse, "engine" | "staged">,
): Promise<EditForm> {
	const fields = new Map<string, string>();
	const images: UploadedImage[] = [];
	let mask: InputImageSource | undefined;
	let isOver = false;
	const note = (name: string, source: InputImageSource) => {
		const [match, index] = IMAGE_FIELD.exec(name) ?? [];
		if (match !== undefined)
			images.push({ source, index: index ? Number(index) : undefined });
		else mask = source;
	};
	try {
		await readMultipart(request, limitsOf(engine), {
			takeField: (name, text) => {
				if (isPictureField(name)) {
					if (text.trim() !== "") note(name, textSource(name, text.trim()));
					return;
				}
				if (fields.has(name))
					throw invalid(name, `The field ${name} occurs more than once.`);
				fields.set(name, text);
			},
			takeFile: async (name, _fileName, bytes, signal) => {
				if (!isPictureField(name)) {
					bytes.resume();
					throw invalid(
						name,
						`${name} is no field for a file; pictures come as image, image[] or mask.`,
						"no file",
					);
				}
				const source = await engine.inputs.stage(name, bytes, signal);
				// One that was whole just when everything else was given up.
				if (isOver) await engine.inputs.discard(source);
				else staged.push(source);
				note(name, source);
			},
		});
	} finally {
		isOver = true;
	}
	return {
		fields: Object.fromEntries(fields),
		uploads: { images: inOrder(images), mask },
		fingerprint: {
			fields: Object.fromEntries(fields),
			images: inOrder(images).map(printOf),
			mask: mask === undefined ? null : printOf(mask),
		},
	};
}

function limitsOf({ inputs }: Engine) {
	return {
		maxFields: MAX_FIELDS,
		maxFieldBytes: MAX_FIELD_BYTES,
		maxFiles: MAX_FILES,
		maxBodyBytes:
			MAX_FILES * (inputs.maxBytes + 1_024) + MAX_FIELDS * MAX_FIELD_BYTES,
		arrivalTimeoutMs: ARRIVAL_TIMEOUT_MS,
	};
}

function isPictureField(name: string): boolean {
	return IMAGE_FIELD.test(name) || name === "mask" || name === "mask[]";
}

/** Some clients put a URL or base64 where a file belongs. */
function textSource(field: string, text: string): InputImageSource {
	return /^https?:/i.test(text)
		? { kind: "url", field, url: text }
		: { kind: "base64", field, data: text };
}

/** As they are counted, where they are; else as they came. */
function inOrder(images: readonly UploadedImage[]): InputImageSource[] {
	return images
		.map((image, arrival) => ({ ...image, place: image.index ?? arrival }))
		.sort((one, other) => one.place - other.place)
		.map(({ source }) => source);
}

function printOf(source: InputImageSource): string {
	switch (source.kind) {
		case "staged":
			return source.file.sha256;
		case "url":
			return source.url;
		case "base64":
			return source.data;
		case "stored":
			throw new EngineError("internal", "A form refers to nothing stored");
	}
}
