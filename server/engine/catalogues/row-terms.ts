/** Terms of rows that say themselves how they are to be drawn: who draws how many pictures of which tier, which is what they cost by. */

import { quoteReplyInBatch } from "../chat/chat-room.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import { quote } from "../generations/generate.ts";
import {
	createRowReader,
	type RowReader,
	type RowTerms,
} from "./row-reader.ts";
import type { TableRow } from "./table/table.ts";

/** Tells which rows cost the same, as they are read. There are as many terms as there are ways to ask, however many rows. */
export class TermsTally {
	readonly #dependencies: EngineDependencies;
	readonly #teamId: string;
	readonly #reader: RowReader;
	readonly #isDescribed: boolean;
	readonly #known = new Map<string, number>();
	readonly #positions: number[] = [];
	/** Of all rows so far, drawn outside of any batch. */
	credits = 0;

	constructor(
		dependencies: EngineDependencies,
		teamId: string,
		terms: RowTerms,
	) {
		this.#dependencies = dependencies;
		this.#teamId = teamId;
		this.#reader = createRowReader(dependencies, terms);
		this.#isDescribed = terms.strategy === "describe-then-draw";
	}

	/** For each terms the position of a row that has them. */
	get positions(): readonly number[] {
		return this.#positions;
	}

	/**
	 * @returns the number of a row's terms; 0 for one that has the catalogue's.
	 * @throws {EngineError} as a generation, for a row that nobody can draw as it asks.
	 */
	async take(row: TableRow, key: string): Promise<number> {
		const { asked, position } = row;
		if (asked === undefined) return 0;
		if (asked.answer === "words" && !this.#isDescribed)
			throw new EngineError(
				"invalid_request",
				"It asks for words, not for a picture. With the strategy describe-then-draw it is answered first, and a picture drawn from the answer.",
			);
		const facts = { row_key: key, prompt: null, fault: null };
		const reading = this.#reader.read(row, facts);
		const { photos } = reading;
		const request = reading.draw(photos, null);
		const { model, count, resolution, creditsPerImage, credits } = await quote(
			this.#dependencies,
			this.#teamId,
			request,
			0,
		);
		const description = this.#isDescribed
			? quoteReplyInBatch(this.#dependencies, reading.describe(photos))
			: null;
		this.credits += credits;
		return this.#numberOf(
			[model, count, resolution, creditsPerImage, description],
			position,
		);
	}

	#numberOf(terms: readonly unknown[], position: number): number {
		const name = JSON.stringify(terms);
		const known = this.#known.get(name);
		if (known !== undefined) return known;
		const number = this.#positions.push(position) - 1;
		this.#known.set(name, number);
		return number;
	}
}
