/** Reads what an interaction is asked, in all the shapes in which it may come: a text, parts, steps, or turns. */
import { invalid } from "../../../engine/errors.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A content as generateContent has it. */
export interface InputContent {
	readonly role: "user" | "model";
	readonly parts: readonly Fields[];
}

const ROLE_OF_STEP: Readonly<Record<string, InputContent["role"]>> = {
	user_input: "user",
	model_output: "model",
};

/**
 * @param ignored takes note of what is left out.
 * @throws {EngineError} `invalid_request`
 */
export function contentsOf(
	input: unknown,
	ignored: string[],
): readonly InputContent[] {
	const reader = new InputReader(ignored);
	const entries = Array.isArray(input) ? input : [input];
	for (const [index, entry] of entries.entries())
		reader.read(entry, Array.isArray(input) ? `input.${index}` : "input");
	return reader.contents;
}

class InputReader {
	readonly contents: InputContent[] = [];
	readonly #ignored: string[];
	/** Of a thought, until the picture comes that it belongs to. */
	#signature: string | undefined;

	constructor(ignored: string[]) {
		this.#ignored = ignored;
	}

	read(entry: unknown, field: string): void {
		if (typeof entry === "string") {
			this.#add("user", [{ text: entry }]);
			return;
		}
		if (!isFields(entry))
			throw invalid(
				field,
				`${field} is neither text nor an object.`,
				"a text, parts or steps",
			);
		const { type, role, content, signature } = entry;
		if (type === "thought") {
			if (typeof signature === "string") this.#signature = signature;
			return;
		}
		const ofStep = ROLE_OF_STEP[String(type)];
		if (ofStep !== undefined || typeof role === "string") {
			const speaker = ofStep ?? (role === "model" ? "model" : "user");
			this.#add(speaker, this.#partsOf(content, `${field}.content`));
			return;
		}
		const part = this.#partOf(entry, field);
		if (part !== undefined) this.#add("user", [part]);
	}

	#partsOf(content: unknown, field: string): Fields[] {
		const parts = Array.isArray(content) ? content : [content];
		return parts.flatMap((part, index) => {
			if (typeof part === "string") return [{ text: part }];
			const place = Array.isArray(content) ? `${field}.${index}` : field;
			if (!isFields(part)) throw invalid(place, `${place} is no part.`);
			const read = this.#partOf(part, place);
			return read === undefined ? [] : [read];
		});
	}

	#partOf(part: Fields, field: string): Fields | undefined {
		const { type, text, data, uri } = part;
		const mimeType = part.mime_type ?? part.mimeType;
		if (type === "text" || (type === undefined && text !== undefined)) {
			if (typeof text === "string") return { text };
			throw invalid(`${field}.text`, `${field}.text must be a text.`, "a text");
		}
		if (type === "image") {
			const thoughtSignature = this.#signature;
			this.#signature = undefined;
			const signed = thoughtSignature === undefined ? {} : { thoughtSignature };
			if (typeof data === "string")
				return { inlineData: { data, mimeType }, ...signed };
			if (typeof uri === "string")
				return { fileData: { fileUri: uri, mimeType }, ...signed };
			throw invalid(
				field,
				`${field} is an image without data or uri.`,
				"data in base64, or a uri",
			);
		}
		if (type === "audio" || type === "video" || type === "document")
			throw invalid(
				`${field}.type`,
				`${field} is of the type ${type}; only text and images are read here.`,
				"text or image",
			);
		this.#ignored.push(field);
		return undefined;
	}

	/** Parts one after the other are one turn. */
	#add(role: InputContent["role"], parts: readonly Fields[]): void {
		const last = this.contents.at(-1);
		if (last?.role === role)
			this.contents[this.contents.length - 1] = {
				role,
				parts: [...last.parts, ...parts],
			};
		else this.contents.push({ role, parts });
	}
}

function isFields(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
