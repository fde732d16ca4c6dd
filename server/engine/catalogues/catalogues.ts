/** The catalogues of a team, as dialects see them: taken in, looked at, drawn row by row, and corrected. */
import type { Batches } from "../batches/batches.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { Principal } from "../generations/request.ts";
import type {
	Catalogue,
	CataloguePage,
	CatalogueRow,
	RowPage,
	RowQuery,
} from "./catalogue.ts";
import { CatalogueFeeder } from "./catalogue-feeder.ts";
import type { CataloguePreview, VendorBatch } from "./catalogue-reports.ts";
import { removeCatalogue } from "./catalogue-states.ts";
import { type CatalogueWork, catalogueWork } from "./catalogue-work.ts";
import { editRow } from "./edit-row.ts";
import { findCatalogue, findRow, listCatalogues } from "./find-catalogues.ts";
import { allRows, getRow, listRows } from "./find-rows.ts";
import type { LineForm } from "./line-form.ts";
import { LineForms } from "./line-forms.ts";
import type { NewCatalogue } from "./new-catalogue.ts";
import { type LookedAt, previewCatalogue } from "./preview-catalogue.ts";
import { type RequestWriting, requestLines } from "./request-lines.ts";
import { resultLines } from "./result-lines.ts";
import { rowTranslators } from "./row-translator.ts";
import { takeIn } from "./take-in.ts";
import { listVendorBatches } from "./vendor-batches.ts";
import { watchCatalogue } from "./watch-catalogue.ts";

/** Everything with an id throws {EngineError} `not_found` for another team's as for none. */
export interface Catalogues extends CatalogueWork {
	/** Makes a form of lines known, in which requests may come and results go. */
	enterForm(form: LineForm): void;
	/** Reads a table to its end and keeps nothing. @throws {EngineError} `invalid_request` for what is no table, or a choice that does not fit it. */
	preview(principal: Principal, lookedAt: LookedAt): Promise<CataloguePreview>;
	/**
	 * Takes a table in as it streams by. Rows that cannot be taken in become `invalid` ones. Nothing is drawn yet.
	 * @throws {EngineError} as `preview`; when it throws, nothing is kept.
	 */
	takeIn(principal: Principal, catalogue: NewCatalogue): Promise<Catalogue>;
	get(principal: Principal, id: string): Promise<Catalogue>;
	/** Newest first. @param query.after the id after which the page begins. */
	list(
		principal: Principal,
		query: { readonly limit: number; readonly after?: string | undefined },
	): Promise<CataloguePage>;
	/** Cancels what is under way and lets the table go; pictures stay in the library. */
	delete(principal: Principal, id: string): Promise<void>;

	/** In the order of the table. @throws {EngineError} `invalid_request` */
	listRows(principal: Principal, id: string, query: RowQuery): Promise<RowPage>;
	/** All rows in the order of the table, as they are when they are read; holds no more than a page. */
	allRows(principal: Principal, id: string): AsyncGenerator<CatalogueRow, void>;
	getRow(principal: Principal, id: string, key: string): Promise<CatalogueRow>;
	/**
	 * Every row that can be asked for as a line that asks for it, in the form of this name.
	 * @returns JSON values; pictures in one, `Base64Of`, can be read until the next is asked for.
	 * @throws {EngineError} `invalid_request` for a form that there is not.
	 */
	requestLines(
		principal: Principal,
		id: string,
		form: string,
		options: Omit<RequestWriting, "form">,
	): Promise<AsyncGenerator<unknown, void>>;
	/** Every row that has ended as a line that tells what came of it. @returns and throws as `requestLines`. */
	resultLines(
		principal: Principal,
		id: string,
		form: string,
	): Promise<AsyncGenerator<unknown, void>>;
	/**
	 * Changes what is asked for a row, from its next drawing on; `null` takes a change back.
	 * @throws {EngineError} `conflict` while the row is under way; `invalid_request`
	 */
	editRow(
		principal: Principal,
		id: string,
		key: string,
		changes: {
			readonly prompt?: string | null | undefined;
			readonly description?: string | null | undefined;
		},
	): Promise<CatalogueRow>;
	/** The vendors' batches in which its rows are or were, newest first; the 1,000 newest. */
	listVendorBatches(
		principal: Principal,
		id: string,
	): Promise<readonly VendorBatch[]>;
	/** The catalogue as it is, and again whenever it has changed, until nothing is under way or the signal aborts. */
	watch(
		principal: Principal,
		id: string,
		signal: AbortSignal,
	): AsyncGenerator<Catalogue, void>;
}

/** The room as the engine sees it. */
export interface CatalogueRoom extends Catalogues {
	/** Begins to go on with what is under way, in a process that does any work. */
	startFeeding(): void;
	stopFeeding(): Promise<void>;
}

export function createCatalogues(
	dependencies: EngineDependencies,
	batches: Pick<Batches, "enterTranslator">,
): CatalogueRoom {
	const { settings } = dependencies;
	for (const translator of rowTranslators(dependencies))
		batches.enterTranslator(translator);
	const feeder = new CatalogueFeeder(dependencies);
	const forms = new LineForms();
	const found = ({ teamId }: Principal, id: string) =>
		findCatalogue(dependencies, teamId, id);
	const rowOf = ({ teamId }: Principal, id: string) =>
		findRow(dependencies, teamId, id);
	return {
		startFeeding: () => {
			if (settings.workerSlots > 0) feeder.start();
		},
		stopFeeding: () => feeder.stop(),
		enterForm: (form) => forms.enter(form),
		preview: (principal, lookedAt) =>
			previewCatalogue(dependencies, principal, forms, lookedAt),
		takeIn: async (principal, catalogue) =>
			await found(
				principal,
				await takeIn(dependencies, principal, forms, catalogue),
			),
		get: found,
		list: ({ teamId }, query) => listCatalogues(dependencies, teamId, query),
		delete: ({ teamId }, id) => removeCatalogue(dependencies, teamId, id),
		...catalogueWork(dependencies),
		listRows: async (principal, id, query) =>
			await listRows(dependencies, await rowOf(principal, id), query),
		allRows: async function* (principal, id) {
			yield* allRows(dependencies, await rowOf(principal, id));
		},
		getRow: async (principal, id, key) =>
			await getRow(dependencies, await rowOf(principal, id), key),
		requestLines: async (principal, id, name, options) => {
			const form = forms.get(name);
			const catalogue = await rowOf(principal, id);
			return requestLines(dependencies, catalogue, { ...options, form });
		},
		resultLines: async (principal, id, name) => {
			const form = forms.get(name);
			return resultLines(dependencies, await rowOf(principal, id), form);
		},
		editRow: async (principal, id, key, changes) => {
			const catalogue = await rowOf(principal, id);
			await editRow(dependencies, catalogue, key, changes);
			return await getRow(dependencies, catalogue, key);
		},
		listVendorBatches: async (principal, id) => {
			const catalogue = await rowOf(principal, id);
			return await listVendorBatches(dependencies, catalogue.id);
		},
		watch: (principal, id, signal) =>
			watchCatalogue(() => found(principal, id), settings.pollMs, signal),
	};
}
