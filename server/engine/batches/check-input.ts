/** The first step of a batch: reads its whole file once, and finds out of every line whether it is in order and what it costs. */
import { quoteReplyInBatch } from "../chat/chat-room.ts";
import { EngineError } from "../errors.ts";
import { quoteInBatch } from "../generations/generate.ts";
import { priceInBatch } from "../generations/price.ts";
import {
	beginFinalizing,
	closeExpired,
	failBatch,
	leaveToDrawing,
	startBatch,
} from "./batch-states.ts";
import type { BatchFault } from "./find-batches.ts";
import {
	lineErrorOf,
	MAX_LINE_BYTES,
	parseLine,
	type Step,
} from "./line-context.ts";
import { type CheckedLine, enterLines, forgetLines } from "./line-states.ts";
import { type Line, splitLines } from "./split-lines.ts";
import { type LineAsk, LineFault } from "./translator.ts";

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
	try {
		await check.run();
	} catch (thrown) {
		if (!isSwitchedOff(thrown)) throw thrown;
		await leave(step);
		return;
	}
	if (check.faults.length > 0)
		await failBatch(dependencies, claim, check.faults);
	else await startBatch(dependencies, claim, check);
}

function isSwitchedOff(thrown: unknown): boolean {
	return thrown instanceof EngineError && thrown.code === "generation_disabled";
}

/** A line wants a picture, and this process draws none: another may. When none came in time, the batch ends with nothing. */
async function leave({ dependencies, claim, batch }: Step): Promise<void> {
	if (dependencies.clock() < batch.expires_at) {
		await leaveToDrawing(dependencies, claim);
		return;
	}
	await forgetLines(dependencies, claim);
	await closeExpired(dependencies, claim);
	await beginFinalizing(dependencies, claim);
}

class Check {
	readonly faults: BatchFault[] = [];
	total = 0;
	/** Lines that are not in order, each of which fails alone. */
	failed = 0;
	/** Whether any line wants a picture. */
	needsDrawing = false;
	readonly #step: Step;
	readonly #customIds = new Set<string>();
	readonly #checked: CheckedLine[] = [];
	readonly #maxIdCharacters: number;
	#microcredits = 0;

	constructor(step: Step) {
		this.#step = step;
		this.#maxIdCharacters = step.translator.independentLines
			? MAX_INDEPENDENT_ID_CHARACTERS
			: MAX_CUSTOM_ID_CHARACTERS;
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
			const { customId, verdict } = await this.#look(line);
			if (verdict.error !== null) this.failed++;
			this.#checked.push({
				position: this.total,
				byte_offset: line.offset,
				byte_length: line.length,
				custom_id: customId,
				...verdict,
			});
		} catch (fault) {
			if (!(fault instanceof LineFault)) throw fault;
			this.#note(fault.code, line.number, fault.message, fault.field);
		}
	}

	/** @throws {LineFault} for what is no line at all, where that fails the whole batch. */
	async #look(
		line: Line,
	): Promise<{ readonly customId: string; readonly verdict: Verdict }> {
		const { translator } = this.#step;
		try {
			const value = valueIn(line);
			const customId = translator.identify(value);
			this.#checkCustomId(customId);
			return { customId, verdict: await this.#judge(value) };
		} catch (thrown) {
			const error = translator.independentLines ? lineErrorOf(thrown) : null;
			if (error === null || isSwitchedOff(thrown)) throw thrown;
			const customId = translator.identify(undefined);
			return { customId, verdict: failing(error) };
		}
	}

	/** What is wrong with what a line asks for is the line's own affair. */
	async #judge(value: unknown): Promise<Verdict> {
		const { translator, context } = this.#step;
		try {
			const { ask, letGo } = await translator.readLine(context, value, "check");
			await letGo();
			const { count, microcreditsPerImage } = await this.#quote(ask);
			const before = this.#microcredits;
			const price = priceInBatch(before, microcreditsPerImage, count);
			this.#microcredits += count * microcreditsPerImage;
			this.needsDrawing ||= ask.kind === "generation";
			return {
				price_per_image_credits: price.creditsPerImage,
				dearer_images: price.dearerImages,
				error: null,
			};
		} catch (thrown) {
			const error = lineErrorOf(thrown);
			if (error === null || isSwitchedOff(thrown)) throw thrown;
			return failing(error);
		}
	}

	async #quote(ask: LineAsk) {
		const { dependencies, context } = this.#step;
		const { teamId } = context.principal;
		if (ask.kind === "generation")
			return await quoteInBatch(dependencies, teamId, ask.request);
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
		if (this.#step.translator.independentLines) return;
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

/** What is found out of a line: what it costs, or why it fails. */
type Verdict = Pick<
	CheckedLine,
	"price_per_image_credits" | "dearer_images" | "error"
>;

function failing(error: NonNullable<CheckedLine["error"]>): Verdict {
	return { price_per_image_credits: 0, dearer_images: 0, error };
}

/** @throws {LineFault} */
function valueIn({ bytes }: Line): unknown {
	if (bytes !== null) return parseLine(bytes);
	throw new LineFault(
		"line_too_long",
		`A line may have ${MAX_LINE_BYTES} bytes.`,
	);
}

function isCustomId(text: string, maxCharacters: number): boolean {
	return (
		text.length <= maxCharacters && !text.includes("\0") && text.isWellFormed()
	);
}
