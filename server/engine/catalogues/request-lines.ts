/** Writes the rows of a catalogue as lines that ask for them, in the form in which some vendor's batches take them. */
import { createReadStream } from "node:fs";
import type { Selectable } from "kysely";
import type {
	CatalogueRowsTable,
	CataloguesTable,
} from "../../db/tables/catalogues.ts";
import { inspectImage } from "../../pixels/inspect.ts";
import type { ReplyRequest } from "../chat/reply-request.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import { createInputs } from "../generations/inputs.ts";
import { renderPreset } from "../generations/render-preset.ts";
import type {
	GenerationRequest,
	StagedSource,
} from "../generations/request.ts";
import { withAvoided } from "./avoided.ts";
import type { CatalogueSettings } from "./catalogue.ts";
import type { LineForm, RequestedRow, SentPicture } from "./line-form.ts";
import type { RowPhoto } from "./row-photos.ts";
import {
	openRowReader,
	type RowReader,
	type RowReading,
} from "./row-reader.ts";
import { readStoredRows, type StoredRow } from "./stored-rows.ts";
import { type TakenPhotos, takePhotos } from "./take-photos.ts";

type Catalogue = Selectable<CataloguesTable>;

export interface RequestWriting {
	readonly form: LineForm;
	/** Whether photos go with the prompts. */
	readonly withPhotos: boolean;
	/** Whether lines say what their answers are to consist of (X1). */
	readonly saysModalities: boolean;
}

const ROWS_AT_ONCE = 100;
/** Rows whose photos are fetched while others are written. */
const PREPARED_AT_ONCE = 5;

/**
 * Of every row that can be asked for: its description, where that comes first and nobody has written anything for the row,
 * else its picture. A row that is to fail when its photo is missing, and whose photo is, is left out.
 * @returns JSON values; pictures in one can be read until the next is asked for.
 */
export async function* requestLines(
	dependencies: EngineDependencies,
	catalogue: Catalogue,
	{ form, withPhotos, saysModalities }: RequestWriting,
): AsyncGenerator<unknown, void> {
	const settings: CatalogueSettings = JSON.parse(catalogue.settings_json);
	const inputs = createInputs(dependencies);
	const writer: Writer = {
		dependencies,
		catalogue,
		reader: await openRowReader(dependencies, catalogue),
		takeIn: async (photos) =>
			withPhotos ? await takePhotos(inputs, photos, settings) : NO_PHOTOS,
		letGo: inputs.discard,
	};
	const coming: Promise<Prepared>[] = [];
	const write = async function* ({ row, staged }: Prepared) {
		try {
			if (row !== null) yield* form.writeRequest(row, saysModalities);
		} finally {
			for (const source of staged) await inputs.discard(source);
		}
	};
	try {
		for await (const [stored, facts] of validRows(dependencies, catalogue)) {
			const prepared = prepare(writer, stored, facts);
			// It is waited for when its turn comes.
			prepared.catch(() => {});
			coming.push(prepared);
			const next = coming.length < PREPARED_AT_ONCE ? null : coming.shift();
			if (next) yield* write(await next);
		}
		for (let next = coming.shift(); next; next = coming.shift())
			yield* write(await next);
	} finally {
		for (const outcome of await Promise.allSettled(coming))
			if (outcome.status === "fulfilled")
				for (const source of outcome.value.staged) await inputs.discard(source);
	}
}

const NO_PHOTOS: TakenPhotos = {
	staged: [],
	warnings: [],
	firstSize: undefined,
};

interface Writer {
	readonly dependencies: EngineDependencies;
	readonly catalogue: Catalogue;
	readonly reader: RowReader;
	/** @throws {EngineError} for a photo that is missing and must not be. */
	takeIn(photos: readonly RowPhoto[]): Promise<TakenPhotos>;
	letGo(source: StagedSource): Promise<void>;
}

/** In the order of the table. */
async function* validRows(
	{ database, storage }: EngineDependencies,
	catalogue: Catalogue,
) {
	let after = -1;
	for (;;) {
		const rows = await database.queries
			.selectFrom("catalogue_rows")
			.selectAll()
			.where("catalogue_id", "=", catalogue.id)
			.where("fault", "is", null)
			.where("position", ">", after)
			.orderBy("position")
			.limit(ROWS_AT_ONCE)
			.execute();
		const key = catalogue.rows_storage_key ?? "";
		const stored = await readStoredRows(storage, key, rows);
		for (const [index, facts] of rows.entries()) {
			const row = stored[index];
			after = facts.position;
			if (row !== undefined) yield [row, facts] as const;
		}
		if (rows.length < ROWS_AT_ONCE) return;
	}
}

/** A row that is about to be written. */
interface Prepared {
	/** `null` for one that cannot be asked for: its photo is missing, or its preset asks for something else by now. */
	readonly row: RequestedRow | null;
	/** To be discarded when it was written. */
	readonly staged: readonly StagedSource[];
}

async function prepare(
	writer: Writer,
	stored: StoredRow,
	facts: Selectable<CatalogueRowsTable>,
): Promise<Prepared> {
	const staged: StagedSource[] = [];
	try {
		return { row: await requested(writer, stored, facts, staged), staged };
	} catch (error) {
		for (const source of staged) await writer.letGo(source);
		if (error instanceof EngineError) return { row: null, staged: [] };
		throw error;
	}
}

/** @param staged takes note of pictures that were taken in. @throws {EngineError} */
async function requested(
	writer: Writer,
	stored: StoredRow,
	facts: Selectable<CatalogueRowsTable>,
	staged: StagedSource[],
): Promise<RequestedRow> {
	const { reader, catalogue } = writer;
	const key = writtenKey(stored, facts.row_key);
	const isDescribed =
		catalogue.strategy === "describe-then-draw" &&
		facts.prompt === null &&
		facts.description === null;
	const reading = reader.read(stored, facts);
	const photos = await writer.takeIn(reading.photos);
	staged.push(...photos.staged);
	if (isDescribed) return { key, ...(await describing(reading, photos)) };
	const masks = await writer.takeIn(reading.masks);
	staged.push(...masks.staged);
	const request = reading.draw(photos.staged, facts.description);
	return {
		key,
		...(await drawing(writer, reading, request)),
		mask: (await sentPictures(masks.staged))[0],
	};
}

type Asked = Omit<RequestedRow, "key">;

async function describing(
	reading: RowReading,
	{ staged }: TakenPhotos,
): Promise<Asked> {
	const { model, turns, temperature, maxOutputTokens } =
		reading.describe(staged);
	return {
		prompt: textIn(turns),
		answer: "words",
		wishes: { model, temperature, maxOutputTokens },
		pictures: await sentPictures(staged),
	};
}

function textIn(turns: ReplyRequest["turns"]): string {
	return turns
		.flatMap(({ parts }) => parts)
		.flatMap((part) => (part.kind === "text" ? [part.text] : []))
		.join("\n");
}

async function drawing(
	{ dependencies, catalogue }: Writer,
	{ wishes: { outputFormat, outputQuality } }: RowReading,
	asked: GenerationRequest,
): Promise<Asked> {
	const request = await renderPreset(dependencies, catalogue.team_id, asked);
	const staged = (request.inputImages ?? []).flatMap((source) =>
		source.kind === "staged" ? [source] : [],
	);
	return {
		prompt: withAvoided(request.renderedPrompt, request.negativePrompt),
		answer: "picture",
		wishes: {
			model: request.model,
			count: request.count,
			aspectRatio: request.aspectRatio,
			resolution: request.resolution,
			size: request.size,
			quality: request.quality,
			background: request.background,
			seed: request.firstSeed,
			outputFormat,
			outputQuality,
		},
		pictures: await sentPictures(staged),
	};
}

async function sentPictures(
	staged: readonly StagedSource[],
): Promise<SentPicture[]> {
	return await Promise.all(
		staged.map(async ({ file: { path, sizeBytes } }) => {
			const { mediaType } = await inspectImage(path);
			return { mediaType, sizeBytes, open: async () => createReadStream(path) };
		}),
	);
}

/** What a caller knows a row by: as it was written, however long. */
function writtenKey({ fields, asked }: StoredRow, key: string): string {
	return asked === undefined ? key : (fields[0] ?? key);
}
