/** The first step of a batch: reads its whole file once, and finds out of every line whether it is in order and what it costs. */
import { quoteReplyInBatch } from "../chat/chat-room.ts";
import { EngineError } from "../errors.ts";
import { quoteInBatch } from "../generations/generate.ts";
import { priceInBatch } from "../generations/price.ts";
import { failBatch, startBatch } from "./batch-states.ts";
import type { BatchFault } from "./find-batches.ts";
import {
	lineErrorOf,
	MAX_LINE_BYTES,
	parseLine,
	readLine,
	type Step,
} from "./line-context.ts";
import { type CheckedLine, enterLines, forgetLines } from "./line-states.ts";
import { type Line, splitLines } from "./split-lines.ts";
import {
	type IndependentLines,
	type LineAsk,
	LineFault,
} from "./translator.ts";

/** After these, a file is not read on: whoever made it has enough to look at. */
const MAX_FAULTS = 100;
const LINES_AT_ONCE = 500;
/** Of a line's own id, and of one that is all that a dialect keeps of a line. */
const MAX_CUSTOM_ID_CHARACTERS = 512;
const MAX_INDEPENDENT_ID_CHARACTERS = 16_384;

/** @throws {LostBatchError} when the batch was canceled meanwhile, too. */
export async function checkInput(step: Step): Promise<void> {
	const { dependencies, claim } = step;
	await forgetLines(dependencies, claim);
	const check = new Check(step);
	await check.run();
	if (check.faults.length > 0)
		await failBatch(dependencies, claim, check.faults);
	else await startBatch(dependencies, claim, check);
}

class Check {
	readonly faults: BatchFault[] = [];
	total = 0;
	/** Lines that are not in order, where each fails alone. */
	failed = 0;
	readonly #step: Step;
	readonly #customIds = new Set<string>();
	readonly #checked: CheckedLine[] = [];
	#microcredits = 0;

	readonly #maxIdCharacters: number;

	constructor(step: Step) {
		this.#step = step;
		this.#maxIdCharacters =
			step.translator.independentLines === undefined
				? MAX_CUSTOM_ID_CHARACTERS
				: MAX_INDEPENDENT_ID_CHARACTERS;
	}

	async run(): Promise<void> {
		const { dependencies, batch, claim, signal } = this.#step;
		const { batchMaxBytes, batchMaxLines } = dependencies.settings;
		const key = batch.input_storage_key ?? "";
		const input = await dependencies.storage.open(key);
		if (input === null) throw new Error(`${key} is not in storage`);
		const { stream, sizeBytes } = input;
		try {
			if (sizeBytes > batchMaxBytes) {
				this.#note(
					"file_too_large",
					null,
					`The file has ${sizeBytes} bytes; at most ${batchMaxBytes} are allowed.`,
				);
				return;
			}
			for await (const line of splitLines(stream, MAX_LINE_BYTES)) {
				signal.throwIfAborted();
				if (this.total === batchMaxLines) {
					this.#note(
						"too_many_lines",
						line.number,
						`The file has more than the ${batchMaxLines} requests allowed.`,
					);
					return;
				}
				await this.#checkLine(line);
				this.total++;
				if (this.faults.length >= MAX_FAULTS) return;
				if (this.#checked.length >= LINES_AT_ONCE)
					await enterLines(dependencies, claim, this.#checked.splice(0));
			}
		} finally {
			stream.destroy();
		}
		if (this.total === 0)
			this.#note("empty_file", null, "There are no requests in the file.");
		await enterLines(dependencies, claim, this.#checked.splice(0));
	}

	async #checkLine(line: Line): Promise<void> {
		try {
			this.#checked.push(await this.#read(line));
		} catch (error) {
			const { independentLines } = this.#step.translator;
			const own = lineErrorOf(error);
			if (independentLines !== undefined && own !== null) {
				this.failed++;
				this.#checked.push({
					...this.#placeOf(line),
					custom_id: this.#idOf(independentLines, line),
					price_per_image_credits: 0,
					dearer_images: 0,
					error: own,
				});
				return;
			}
			if (error instanceof LineFault)
				this.#note(error.code, line.number, error.message, error.field);
			else if (error instanceof EngineError)
				this.#note(error.code, line.number, error.message, error.details.field);
			else throw error;
		}
	}

	async #read(line: Line): Promise<CheckedLine> {
		const { bytes } = line;
		if (bytes === null) {
			throw new LineFault(
				"line_too_long",
				`A line may have ${MAX_LINE_BYTES} bytes.`,
			);
		}
		const { customId, ask, letGo } = await readLine(this.#step, bytes, "check");
		await letGo();
		this.#checkCustomId(customId);
		const { count, microcreditsPerImage } = this.#quote(ask);
		const price = priceInBatch(this.#microcredits, microcreditsPerImage, count);
		this.#microcredits += count * microcreditsPerImage;
		return {
			...this.#placeOf(line),
			custom_id: customId,
			price_per_image_credits: price.creditsPerImage,
			dearer_images: price.dearerImages,
			error: null,
		};
	}

	/** What is too long, or no text, is no name for a line. */
	#idOf({ idOf }: IndependentLines, line: Line): string {
		const id = idOf(jsonIn(line));
		return isCustomId(id, this.#maxIdCharacters) ? id : "";
	}

	#placeOf({ offset, length }: Line) {
		return {
			position: this.total,
			byte_offset: offset,
			byte_length: length,
		};
	}

	#quote(ask: LineAsk) {
		const { dependencies } = this.#step;
		if (ask.kind === "generation")
			return quoteInBatch(dependencies, ask.request);
		const { microcreditsPerReply } = quoteReplyInBatch(
			dependencies,
			ask.request,
		);
		return { count: 1, microcreditsPerImage: microcreditsPerReply };
	}

	#checkCustomId(customId: string): void {
		if (!isCustomId(customId, this.#maxIdCharacters)) {
			throw new LineFault(
				"invalid_custom_id",
				`A line's own id must be text of at most ${this.#maxIdCharacters} characters.`,
			);
		}
		if (this.#step.translator.independentLines !== undefined) return;
		if (this.#customIds.has(customId)) {
			throw new LineFault(
				"duplicate_custom_id",
				`Another line has the id ${JSON.stringify(customId.slice(0, 100))} already.`,
			);
		}
		this.#customIds.add(customId);
	}

	#note(
		code: string,
		line: number | null,
		message: string,
		field?: string,
	): void {
		this.faults.push({ code, message, line, field });
	}
}

/** @returns `undefined` for what is no JSON, or was passed over. */
function jsonIn({ bytes }: Line): unknown {
	try {
		return bytes === null ? undefined : parseLine(bytes);
	} catch {
		return undefined;
	}
}

function isCustomId(text: string, maxCharacters: number): boolean {
	return (
		text.length <= maxCharacters && !text.includes("\0") && text.isWellFormed()
	);
}
