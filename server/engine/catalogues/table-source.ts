/** Opens what a catalogue is made of: a table in any of its manners, or a file of requests. */
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Principal } from "../generations/request.ts";
import { defaultModel } from "../models/resolve-model.ts";
import type { LineForms } from "./line-forms.ts";
import type { NewSettings, TableSource } from "./new-catalogue.ts";
import { openRequests } from "./open-requests.ts";
import type { RowPictures } from "./row-pictures.ts";
import { openJsonLines, openRows } from "./table/open-rows.ts";
import { openTable } from "./table/open-table.ts";
import type { Table } from "./table/table.ts";
import { type ToldFile, tellForm } from "./tell-form.ts";

/** Who reads requests, and with what, should they be any. */
export interface SourceReading {
	readonly forms: LineForms;
	readonly principal: Principal;
	readonly settings: NewSettings;
	readonly pictures: RowPictures;
}

/** What callers say who send no requests. */
const TABLE = "table";

/** @throws {UnreadableTable} and {EngineError} for a form that there is not. */
export async function openSource(
	dependencies: EngineDependencies,
	source: TableSource,
	reading: SourceReading,
): Promise<Table> {
	const { field } = source;
	if (source.kind === "rows") return await openRows(source.rows, { field });
	const { bytes, form } = await formOf(source, reading.forms);
	if (form !== undefined) {
		const { principal, settings, pictures } = reading;
		const model = settings.model ?? usualModel(dependencies);
		return openRequests(bytes, { form, principal, model, pictures, field });
	}
	return source.kind === "file"
		? await openTable(bytes, { field })
		: await openJsonLines(bytes, { field });
}

type FileSource = Exclude<TableSource, { readonly kind: "rows" }>;

async function formOf(
	{ bytes, form: said }: FileSource,
	forms: LineForms,
): Promise<ToldFile> {
	if (said === undefined) return await tellForm(bytes, forms.all);
	const form = said === TABLE ? undefined : forms.get(said);
	// Nothing is to be told of it, but it is read from its beginning all the same.
	return { ...(await tellForm(bytes, [])), form };
}

/** Where nobody draws, whoever asks for a picture is told so line by line. */
function usualModel(dependencies: EngineDependencies): string | undefined {
	try {
		return defaultModel(dependencies);
	} catch (error) {
		if (error instanceof EngineError) return undefined;
		throw error;
	}
}
