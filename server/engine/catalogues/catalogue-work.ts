/** What can be done with a catalogue: estimated, begun, sampled, drawn, tried again, paused, canceled. */
import type { Selectable } from "kysely";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import { requireCredits } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Principal } from "../generations/request.ts";
import type {
	Catalogue,
	CatalogueSettings,
	RetrySelection,
} from "./catalogue.ts";
import type { CatalogueEstimate } from "./catalogue-reports.ts";
import {
	beginChosen,
	beginPass,
	type ChosenPart,
	cancelWork,
	type Pass,
	setPaused,
	setSettings,
} from "./catalogue-states.ts";
import { estimateWork } from "./estimate-work.ts";
import { countRows, findCatalogue, findRow } from "./find-catalogues.ts";
import { settleCatalogue } from "./mixed-prices.ts";
import { findGivenUp, recoveringParts } from "./recover-rows.ts";
import { creditsFor, type RowWork } from "./row-prices.ts";
import { requireWhole } from "./row-reader.ts";
import { retryParts, sampleParts } from "./work-on-chosen.ts";

type Row = Selectable<CataloguesTable>;

/** For asking vendors. */
const RECOVERY_MS = 60_000;

/** Everything throws {EngineError} `not_found` for another team's id as for none. */
export interface CatalogueWork {
	estimate(principal: Principal, id: string): Promise<CatalogueEstimate>;
	/**
	 * Begins every row that waits: with its description where that comes first, else with its picture.
	 * @throws {EngineError} `conflict` while something is under way, or when no row waits; `insufficient_credits` when the
	 * estimate is more than the balance; as a generation for settings that nobody can draw.
	 */
	start(principal: Principal, id: string): Promise<Catalogue>;
	/** Draws 1 to 5 rows to the end, before all the others. @throws {EngineError} as `start`; `invalid_request` for keys that there are not. */
	sample(
		principal: Principal,
		id: string,
		keys: readonly string[],
	): Promise<Catalogue>;
	/** Draws every row that is described (S0-20 to S0-24). @throws {EngineError} as `start`. */
	draw(principal: Principal, id: string): Promise<Catalogue>;
	/** Does rows again, each from the step at which it failed. @throws {EngineError} as `start`; `invalid_request` for keys that there are not. */
	retry(
		principal: Principal,
		id: string,
		selection: RetrySelection,
	): Promise<Catalogue>;
	/** Begins no more rows until it is resumed. @throws {EngineError} `conflict` when nothing is under way. */
	pause(principal: Principal, id: string): Promise<Catalogue>;
	/** @throws {EngineError} `conflict` unless it is paused. */
	resume(principal: Principal, id: string): Promise<Catalogue>;
	/** Begins no more rows. Those that were about to be begun fail as canceled; `retry` takes them up again. @throws {EngineError} `conflict` when nothing is under way. */
	cancel(principal: Principal, id: string): Promise<Catalogue>;
	/**
	 * Looks whether vendors have batches of their own that were given up, as lost or because their results could not be had,
	 * and gives their results to the rows that failed of it, which are charged again as they come.
	 * @throws {EngineError} `conflict` when there are none; `provider_failed` when a vendor cannot be asked.
	 */
	recover(principal: Principal, id: string): Promise<Catalogue>;
	/** How many rows are worked on at once, now and from now on. @throws {EngineError} `invalid_request` */
	setRowsAtOnce(
		principal: Principal,
		id: string,
		rowsAtOnce: number,
	): Promise<Catalogue>;
}

export function catalogueWork(dependencies: EngineDependencies): CatalogueWork {
	const { settings } = dependencies;
	const after = async (
		{ teamId }: Principal,
		id: string,
		work: (row: Row) => Promise<void>,
	): Promise<Catalogue> => {
		await work(await findRow(dependencies, teamId, id));
		return await findCatalogue(dependencies, teamId, id);
	};
	return {
		estimate: async ({ teamId }, id) => {
			const row = await findRow(dependencies, teamId, id);
			const counts = await countRows(dependencies, row);
			return await estimateWork(dependencies, row, counts);
		},
		start: (principal, id) =>
			after(principal, id, (row) => begin(dependencies, row, "waiting")),
		draw: (principal, id) =>
			after(principal, id, (row) => begin(dependencies, row, "described")),
		sample: (principal, id, keys) =>
			after(principal, id, (row) =>
				beginNamed(dependencies, row, keys, (transaction, locked) =>
					sampleParts(transaction, locked, keys),
				),
			),
		retry: (principal, id, selection) =>
			after(principal, id, (row) =>
				selection.kind === "failed"
					? begin(dependencies, row, "failed")
					: beginNamed(
							dependencies,
							row,
							selection.keys,
							(transaction, locked) =>
								retryParts(transaction, locked, selection.keys),
						),
			),
		pause: (principal, id) =>
			after(principal, id, () =>
				setPaused(dependencies, principal.teamId, id, true),
			),
		resume: (principal, id) =>
			after(principal, id, () =>
				setPaused(dependencies, principal.teamId, id, false),
			),
		cancel: (principal, id) =>
			after(principal, id, () =>
				cancelWork(dependencies, principal.teamId, id),
			),
		recover: (principal, id) =>
			after(principal, id, (row) => recover(dependencies, row)),
		setRowsAtOnce: (principal, id, rowsAtOnce) => {
			requireWhole("rowsAtOnce", rowsAtOnce, 1, settings.batchLinesAtOnce);
			return after(principal, id, () =>
				setSettings(dependencies, principal.teamId, id, { rowsAtOnce }),
			);
		},
	};
}

async function begin(
	dependencies: EngineDependencies,
	row: Row,
	selection: Pass["selection"],
): Promise<void> {
	const { isAutomatic }: CatalogueSettings = JSON.parse(row.settings_json);
	const isDescribed =
		row.strategy === "describe-then-draw" && selection === "waiting";
	const counts = await countRows(dependencies, row);
	const rows = counts[selection];
	const prices = await settleCatalogue(dependencies, row, {
		kind: "statuses",
		toDescribe: [selection],
		toDraw: [selection],
	});
	const drawn = isDescribed && !isAutomatic ? 0 : rows;
	const isVendors = row.strategy === "vendor-batch";
	await requirePayable(dependencies, row, prices, {
		describe: isDescribed ? rows : 0,
		draw: isVendors ? 0 : drawn,
		drawInBatch: isVendors ? drawn : 0,
	});
	await beginPass(dependencies, row.team_id, row.id, {
		step: isDescribed ? "describe" : "draw",
		selection,
		prices,
	});
}

async function beginNamed(
	dependencies: EngineDependencies,
	row: Row,
	keys: readonly string[],
	choose: ChosenPart["choose"],
): Promise<void> {
	const prices = await settleCatalogue(dependencies, row, {
		kind: "keys",
		keys,
	});
	await requirePayable(dependencies, row, prices, {
		describe: 0,
		draw: keys.length,
		drawInBatch: 0,
	});
	await beginChosen(dependencies, row.team_id, row.id, { prices, choose });
}

async function recover(
	dependencies: EngineDependencies,
	row: Row,
): Promise<void> {
	const signal = AbortSignal.timeout(RECOVERY_MS);
	const found = await findGivenUp(dependencies, row, signal);
	if (found.length === 0)
		throw new EngineError(
			"conflict",
			"No provider has a batch with results for rows of this catalogue that failed. Try them again instead.",
		);
	const prices = await settleCatalogue(dependencies, row, {
		kind: "statuses",
		toDescribe: ["failed"],
		toDraw: ["failed"],
	});
	await beginChosen(dependencies, row.team_id, row.id, {
		prices,
		choose: (transaction, locked) =>
			recoveringParts(transaction, locked, found),
	});
}

/** Rather than that most of the rows fail one by one. @throws {EngineError} `insufficient_credits` */
async function requirePayable(
	{ database }: EngineDependencies,
	{ team_id }: Row,
	prices: Pass["prices"],
	work: RowWork,
): Promise<void> {
	await requireCredits(database.queries, team_id, creditsFor(prices, work));
}
