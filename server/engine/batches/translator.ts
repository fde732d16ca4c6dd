/** What a dialect knows of batches that the engine does not: how a line of its input reads, and how a line of its results is written. */
import type { ReplyRequest } from "../chat/reply-request.ts";
import type { WholeAnswer } from "../chat/reply-terms.ts";
import type { EngineErrorCode } from "../errors.ts";
import type {
	Generation,
	GenerationRequest,
	Principal,
} from "../generations/request.ts";

/** What a line asks for: pictures, or an answer in words. */
export type LineAsk =
	| { readonly kind: "generation"; readonly request: GenerationRequest }
	| {
			readonly kind: "reply";
			readonly request: ReplyRequest;
			/** Kept with the answer, for the dialect alone; a generation has its own. */
			readonly dialectData?: Readonly<Record<string, unknown>> | undefined;
	  };

export interface ReadLine {
	readonly ask: LineAsk;
	/** Lets go of what was taken in to read it, once that is in use or of no use. */
	letGo(): Promise<void>;
}

/** The facts of a batch that a line may depend on. */
export interface LineContext {
	readonly batchId: string;
	readonly endpoint: string;
	readonly principal: Principal;
	readonly dialectData: Readonly<Record<string, unknown>>;
}

export interface LineError {
	readonly code: EngineErrorCode | "batch_canceled" | "batch_expired";
	readonly message: string;
	readonly field?: string | undefined;
}

/** A line that is over. */
export interface EndedLine {
	/** From 0. */
	readonly position: number;
	readonly customId: string;
	readonly outcome:
		| { readonly kind: "completed"; readonly generation: Generation }
		| { readonly kind: "failed"; readonly error: LineError };
}

/** A line that was answered in words. */
export interface AnsweredLine extends Pick<EndedLine, "position" | "customId"> {
	readonly answer: WholeAnswer;
	/** What was kept with it. */
	readonly dialectData: Readonly<Record<string, unknown>>;
}

export interface BatchTranslator {
	readonly dialect: string;
	/** The dialect's word for what the lines of a batch ask for; each has its own translator. */
	readonly endpoint: string;
	/**
	 * Tells what the caller calls a line, as far as it is one.
	 * @param value the line's JSON; `undefined` for what is none, where lines are independent.
	 * @throws {LineFault} for what is no line of such a batch: the whole batch fails of it. Never of independent lines.
	 */
	identify(value: unknown): string;
	/**
	 * Reads a line, first when the batch is checked and again when its turn has come.
	 * @param value the line's JSON, which could be identified.
	 * @param occasion `check`: only what it costs and whether it can be worked on at all is of interest, so that pictures it
	 * names need not be fetched.
	 * @throws {LineFault} and {EngineError} for a line that cannot be worked on as it is: it fails, and the others do not.
	 */
	readLine(
		context: LineContext,
		value: unknown,
		occasion: "check" | "work",
	): Promise<ReadLine>;
	/**
	 * Missing where no files of results are written, because what came of the lines is read from themselves.
	 * @returns a JSON value for the file of results, or of errors; pictures in it are `Base64Of`.
	 */
	writeLine?(context: LineContext, line: EndedLine): Promise<unknown>;
	/** The same for a line that was answered in words; missing where none can be. */
	writeAnswer?(context: LineContext, line: AnsweredLine): Promise<unknown>;
	/**
	 * Pauses the batch, and whatever it is a part of, when the team's credits are used up; its lines wait then, until somebody
	 * has it go on. Missing where such lines fail.
	 */
	pauseForCredits?(context: LineContext): Promise<void>;
	/**
	 * Whether what is no line fails alone, too, lines may share an id, and all are told in one file, in their order.
	 * Otherwise results and errors are two files.
	 */
	readonly independentLines: boolean;
}

/** What is wrong with a line, in the dialect's own words. */
export class LineFault extends Error {
	readonly code: string;
	readonly field: string | undefined;

	constructor(code: string, message: string, field?: string) {
		super(message);
		this.name = "LineFault";
		this.code = code;
		this.field = field;
	}
}

/** Every translator there is, entered as the dialects are wired. */
export class Translators {
	readonly #entries = new Map<string, BatchTranslator>();

	enter(translator: BatchTranslator): void {
		this.#entries.set(nameOf(translator), translator);
	}

	find(which: {
		readonly dialect: string;
		readonly endpoint: string;
	}): BatchTranslator | undefined {
		return this.#entries.get(nameOf(which));
	}

	get all(): readonly BatchTranslator[] {
		return [...this.#entries.values()];
	}
}

function nameOf(which: {
	readonly dialect: string;
	readonly endpoint: string;
}): string {
	return `${which.dialect} ${which.endpoint}`;
}
