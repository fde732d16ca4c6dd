/** What a dialect knows of the files of requests and results that its vendor's batches have: lines of JSON, each a row of a catalogue. */
import type { InputImageSource, Principal } from "../generations/request.ts";
import type { CatalogueRow } from "./catalogue.ts";
import type { RowWishes, WantedAnswer } from "./row-wishes.ts";

/** A line, as its dialect reads it. */
export interface AskedRow {
	readonly prompt: string;
	readonly answer: WantedAnswer;
	readonly wishes: RowWishes;
	/** Those that stand in the line itself have a handle for `data`, by which whoever asked for the row knows them. */
	readonly pictures: readonly InputImageSource[];
	readonly mask?: InputImageSource | undefined;
	/** Fields that have no effect here, as the line calls them. */
	readonly unheeded: readonly string[];
}

/** A picture that a line is sent with. */
export interface SentPicture {
	readonly mediaType: string;
	readonly sizeBytes: number;
	/** May be called again, as long as the picture can be read. */
	open(): Promise<AsyncIterable<Uint8Array>>;
}

/** A row, to be written as a line that asks for it. */
export interface RequestedRow {
	readonly key: string;
	/** All that is said; what is to be avoided is part of it. */
	readonly prompt: string;
	readonly answer: "words" | "picture";
	readonly wishes: RowWishes;
	readonly pictures: readonly SentPicture[];
	readonly mask?: SentPicture | undefined;
}

/** A row, to be written as a line that tells what came of it. */
export interface ResultRow extends CatalogueRow {
	readonly catalogue: { readonly id: string; readonly createdAt: number };
	/** What its caller knows it by. */
	readonly writtenKey: string;
}

/** Members at the outside of a line that have more in them, by their names. */
export type OuterMembers = ReadonlyMap<string, "object" | "list">;

export interface LineForm {
	/** What callers say to have it. */
	readonly name: string;
	/** @param members those that the beginning of a line shows. No row of a table may be taken for a line. */
	isLine(members: OuterMembers): boolean;
	/** Where in a line pictures may stand in base64. The path is only good during the call. */
	isPicture(path: readonly (string | number)[]): boolean;
	/** What the caller calls a line; `undefined` when it does not say. @param value JSON. Never throws. */
	keyOf(value: unknown): string | undefined;
	/**
	 * @param value JSON; where a picture stood in base64 there is a handle.
	 * @param model of whoever draws when the line does not say.
	 * @throws {EngineError} for a line that cannot be worked on.
	 */
	readRow(
		principal: Principal,
		value: unknown,
		model: string | undefined,
	): Promise<AskedRow>;
	/**
	 * @param saysModalities whether the line says what the answer is to consist of, which not every vendor's batch bears (X1).
	 * @returns JSON values, a line each; pictures in them are `Base64Of`.
	 */
	writeRequest(row: RequestedRow, saysModalities: boolean): readonly unknown[];
	/** @param row one that has ended. @returns a JSON value; pictures in it are `Base64Of`. */
	writeResult(row: ResultRow): Promise<unknown>;
}
