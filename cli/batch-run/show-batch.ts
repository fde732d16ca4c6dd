/** Says what a batch will draw, what of its table cannot be drawn, and what it costs. */

import type { GessoClient } from "@gesso/client";
import type {
	Batch,
	BatchPreview,
	EstimatedBatch,
	Problem,
	StrategyPrice,
} from "@gesso/client/batch";
import { GessoError } from "@gesso/client/gesso-error";
import { wrapped } from "../command-line/help.ts";
import type { Terminal } from "../terminal/terminal.ts";
import {
	count,
	counted,
	dollars,
	duration,
	withoutLine,
} from "../terminal/words.ts";
import type { BatchRun } from "./batch-run.ts";
import type { RowsPrice } from "./rows-price.ts";

const LABEL_WIDTH = 11;
const SHOWN_PROBLEMS = 5;
const SHOWN_PROMPTS = 3;

/** A fact with its name before it. */
export function fact(terminal: Terminal, label: string, text: string): void {
	terminal.say(`  ${terminal.style("dim", label.padEnd(LABEL_WIDTH))}${text}`);
}

/** What a table becomes, before anything of it is drawn. */
export async function showBatch(
	run: BatchRun,
	batch: EstimatedBatch,
): Promise<void> {
	const { terminal } = run;
	const { counts } = batch;
	terminal.say();
	fact(
		terminal,
		"table",
		`${terminal.style("bold", run.table)}, ${counted(counts.total, "row")}${whatOf(batch)}`,
	);
	const drawn = await drawnBy(run, batch);
	if (drawn !== null) fact(terminal, "drawn by", drawn);
	if (batch.strategy !== "direct") fact(terminal, "strategy", batch.strategy);
	showProblems(terminal, batch, counts.invalid);
}

function whatOf({ kind, presetId, prompt }: Batch): string {
	if (kind !== undefined) return ` of ${kind}`;
	if (presetId !== undefined) return `, preset ${presetId}`;
	return prompt === undefined ? "" : ", your own prompt";
}

/** @returns `null` where a preset may name somebody else. */
async function drawnBy(
	{ client, signal }: BatchRun,
	{ modelVersion, presetId }: Batch,
): Promise<string | null> {
	if (modelVersion === null && presetId !== undefined) return null;
	const model =
		modelVersion === null
			? (await client.models.list({}, { signal })).find(
					({ isDefault }) => isDefault,
				)
			: await modelOf(client, modelVersion, signal);
	if (model === undefined) return null;
	return model.answeredBy === null || model.answeredBy.model === model.id
		? model.id
		: `${model.answeredBy.model}, in the place of ${model.id}, which nobody here has`;
}

async function modelOf(client: GessoClient, name: string, signal: AbortSignal) {
	try {
		return await client.models.get(name, { signal });
	} catch (error) {
		// One that the server does not know is refused where it is asked to draw.
		if (error instanceof GessoError && error.status !== null) return undefined;
		throw error;
	}
}

/** What was refused of a table, and what was done about the rest. */
export function showProblems(
	terminal: Terminal,
	{
		problems,
		problemCount,
	}: { readonly problems: readonly Problem[]; readonly problemCount: number },
	/** Left out where they are not counted. */
	invalid?: number,
): void {
	if (problemCount === 0) return;
	const what = counted(problemCount, "line");
	const head =
		invalid === undefined
			? what
			: `${what}, ${invalid === 0 ? "all drawn nevertheless" : `${counted(invalid, "row")} cannot be drawn`}`;
	fact(terminal, "problems", terminal.style("yellow", head));
	for (const { line, message } of problems.slice(0, SHOWN_PROBLEMS)) {
		showWrapped(terminal, "", `line ${line}: ${withoutLine(message)}`);
	}
	const more = problemCount - Math.min(problems.length, SHOWN_PROBLEMS);
	if (more > 0) fact(terminal, "", `and ${count(more)} more`);
}

/** @param batch whose other strategies are shown, too. */
export function showPrice(
	{ terminal, isOwn }: Pick<BatchRun, "terminal" | "isOwn">,
	price: RowsPrice,
	batch?: EstimatedBatch,
): void {
	const words = [
		`${price.isAbout ? "at most " : ""}${counted(price.credits, "credit")}`,
		...(price.dollars ? [`about ${dollars(price.dollars)}`] : []),
		...(price.seconds ? [`in about ${duration(price.seconds)}`] : []),
		...(isOwn ? [] : [`balance ${count(price.balance)}`]),
	];
	fact(terminal, "price", words.join(" · "));
	for (const other of batch?.estimate?.strategies ?? []) {
		if (other.strategy === batch?.strategy) continue;
		const text = `--strategy ${other.strategy}: ${strategyWords(other).join(" · ")}`;
		fact(terminal, "", terminal.style("dim", text));
	}
}

function strategyWords(price: StrategyPrice): string[] {
	const { credits, dollars: amount, expectedSeconds, atMostSeconds } = price;
	return [
		counted(credits, "credit"),
		...(amount ? [`about ${dollars(amount)}`] : []),
		...(expectedSeconds ? [`in about ${duration(expectedSeconds)}`] : []),
		...(atMostSeconds ? [`within ${duration(atMostSeconds)}`] : []),
	];
}

/** What `--dry-run` shows. @param maxPhotos how many of a row's photos would go with its prompt. */
export function showPreview(
	terminal: Terminal,
	table: string,
	preview: BatchPreview,
	{ isOwn, maxPhotos }: { readonly isOwn: boolean; readonly maxPhotos: number },
): void {
	terminal.say();
	fact(
		terminal,
		"table",
		`${terminal.style("bold", table)}, ${counted(preview.rowCount, "row")}${preview.kind === undefined ? "" : ` of ${preview.kind}`}`,
	);
	const columns = preview.columns.map(({ name, type, filledCount }) => {
		const notes = [
			...(type === "text" ? [] : [type]),
			...(filledCount < preview.rowCount && type !== "empty"
				? [`${count(filledCount)} filled`]
				: []),
		];
		return notes.length === 0 ? name : `${name} (${notes.join(", ")})`;
	});
	showWrapped(terminal, "columns", columns.join(" · "));
	showProblems(terminal, preview);
	for (const row of preview.rows.slice(0, SHOWN_PROMPTS)) {
		terminal.say();
		fact(
			terminal,
			"row",
			`${terminal.style("bold", row.key)}, line ${row.line}`,
		);
		if (row.problem !== null)
			fact(terminal, "", terminal.style("yellow", row.problem));
		showWrapped(terminal, "prompt", row.prompt);
		for (const photo of row.photos.slice(0, maxPhotos))
			fact(terminal, "photo", photo);
	}
	terminal.say();
	if (preview.estimate !== null) {
		for (const [index, price] of preview.estimate.strategies.entries())
			fact(
				terminal,
				index === 0 ? "price" : "",
				`${price.strategy}: ${strategyWords(price).join(" · ")}`,
			);
		if (!isOwn) fact(terminal, "balance", count(preview.estimate.balance));
		terminal.say();
	}
	terminal.say(
		"  Nothing was kept and nothing drawn. Leave out --dry-run to draw.",
	);
}

function showWrapped(terminal: Terminal, label: string, text: string): void {
	const room = Math.max(20, terminal.columns - LABEL_WIDTH - 3);
	for (const [index, line] of wrapped(text, room).entries())
		fact(terminal, index === 0 ? label : "", line);
}
