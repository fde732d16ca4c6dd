/** Reads the rows of catalogues as lines of batches: one translator has them described, the other has them drawn. */
import type { Selectable } from "kysely";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import {
	type BatchTranslator,
	type LineContext,
	LineFault,
	type ReadLine,
} from "../batches/translator.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { createInputs } from "../generations/inputs.ts";
import type { CatalogueSettings, CatalogueStep } from "./catalogue.ts";
import { pauseForCredits } from "./catalogue-states.ts";
import { partIn } from "./part-data.ts";
import { describedText } from "./row-lines.ts";
import {
	DIALECT,
	openRowReader,
	type RowReader,
	type RowReading,
} from "./row-reader.ts";
import { storedRowOf } from "./stored-rows.ts";
import { type TakenPhotos, takePhotos } from "./take-photos.ts";

/** What is kept with what came of a line. */
export interface LineData {
	readonly warnings: readonly string[];
}

interface OpenCatalogue {
	readonly row: Selectable<CataloguesTable>;
	readonly reader: RowReader;
}

/** Readers that are kept, since the next row is likely to be of the same catalogue. */
const KEPT_READERS = 32;

export function rowTranslators(
	dependencies: EngineDependencies,
): readonly BatchTranslator[] {
	const inputs = createInputs(dependencies);
	const catalogues = new OpenCatalogues(dependencies);
	return (["describe", "draw"] as const).map((step) => ({
		dialect: DIALECT,
		endpoint: step,
		independentLines: true,
		// Lines are entered by the catalogue itself, under the keys of their rows.
		identify: () => "",
		pauseForCredits: async ({ principal, dialectData }) => {
			const { catalogueId } = partIn(dialectData);
			await pauseForCredits(dependencies, principal.teamId, catalogueId);
		},
		readLine: async (context, value, occasion) => {
			const row = storedRowOf(value);
			const catalogue = await catalogues.open(context);
			const facts = await factsOf(dependencies, catalogue.row.id, row.position);
			const reading = catalogue.reader.read(row, facts);
			const settings: CatalogueSettings = JSON.parse(
				catalogue.row.settings_json,
			);
			// Its photos are fetched when it is worked on.
			if (occasion === "check")
				return { ask: askedBy(step, reading), letGo: async () => {} };
			const photos = await takePhotos(inputs, reading.photos, settings);
			const letGo = async () => {
				for (const source of photos.staged) await inputs.discard(source);
			};
			try {
				const description =
					step === "draw" ? await describedText(dependencies, facts) : null;
				if (
					step === "draw" &&
					needsDescription(catalogue.row, facts, description)
				)
					throw new LineFault(
						"not_described",
						"There is no description of this row to draw from.",
					);
				return { ask: askOf(step, reading, photos, description), letGo };
			} catch (error) {
				await letGo();
				throw error;
			}
		},
	}));
}

/** As far as it can be told without a look at the photos. */
function askedBy(step: CatalogueStep, reading: RowReading): ReadLine["ask"] {
	return step === "describe"
		? { kind: "reply", request: reading.describe(reading.photos) }
		: { kind: "generation", request: reading.draw([], null) };
}

function askOf(
	step: CatalogueStep,
	reading: RowReading,
	{ staged, warnings, firstSize }: TakenPhotos,
	description: string | null,
): ReadLine["ask"] {
	const data: LineData = { warnings };
	const dialectData = { ...data };
	if (step === "describe")
		return { kind: "reply", request: reading.describe(staged), dialectData };
	const request = reading.draw(staged, description, firstSize);
	return { kind: "generation", request: { ...request, dialectData } };
}

function needsDescription(
	{ strategy }: Selectable<CataloguesTable>,
	{ prompt }: { readonly prompt: string | null },
	description: string | null,
): boolean {
	return (
		strategy === "describe-then-draw" && prompt === null && description === null
	);
}

async function factsOf(
	{ database }: Pick<EngineDependencies, "database">,
	catalogueId: string,
	position: number,
) {
	return await database.queries
		.selectFrom("catalogue_rows")
		.selectAll()
		.where("catalogue_id", "=", catalogueId)
		.where("position", "=", position)
		.executeTakeFirstOrThrow();
}

class OpenCatalogues {
	readonly #dependencies: EngineDependencies;
	readonly #readers = new Map<string, RowReader>();

	constructor(dependencies: EngineDependencies) {
		this.#dependencies = dependencies;
	}

	async open({ dialectData }: LineContext): Promise<OpenCatalogue> {
		const { catalogueId } = partIn(dialectData);
		const row = await this.#dependencies.database.queries
			.selectFrom("catalogues")
			.selectAll()
			.where("id", "=", catalogueId)
			.executeTakeFirst();
		if (row === undefined)
			throw new LineFault("deleted", "The catalogue was deleted.");
		return { row, reader: await this.#readerOf(row) };
	}

	async #readerOf(row: Selectable<CataloguesTable>): Promise<RowReader> {
		const choice = JSON.parse(row.choice_json);
		// A preset may be changed at any time.
		if (choice.kind === "preset")
			return await openRowReader(this.#dependencies, row);
		const kept = this.#readers.get(row.id);
		if (kept !== undefined) return kept;
		const reader = await openRowReader(this.#dependencies, row);
		const [oldest] = this.#readers.keys();
		if (this.#readers.size >= KEPT_READERS && oldest !== undefined)
			this.#readers.delete(oldest);
		this.#readers.set(row.id, reader);
		return reader;
	}
}
