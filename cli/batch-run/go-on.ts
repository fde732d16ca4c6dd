/** Brings a batch to its end from wherever it stands, and asks before anything is paid for. */
import path from "node:path";
import type { Batch, EstimatedBatch } from "@gesso/client/batch";
import { GessoError } from "@gesso/client/gesso-error";
import { EXIT, Refusal } from "../command-line/refusal.ts";
import { saveDownload } from "../files/save-download.ts";
import { counted } from "../terminal/words.ts";
import { type BatchRun, picturesPerRow } from "./batch-run.ts";
import { collectPictures, followBatch } from "./follow-batch.ts";
import type { Collected } from "./picture-collector.ts";
import { payablePrice, type RowsPrice } from "./rows-price.ts";
import { showBatch, showPrice } from "./show-batch.ts";
import { tellFailures } from "./tell-rows.ts";

/** What was begun may be found begun already, once by each step there is. */
const MAX_STEPS = 12;
const RESULTS_FILE = "results.csv";

/** @returns the exit code. @throws {Refusal} {GessoError} */
export async function goOn(run: BatchRun): Promise<number> {
	const first = await look(run);
	await showBatch(run, first);
	let hasRetried = false;
	let batch = first;
	for (let step = 0; step < MAX_STEPS; step++) {
		switch (batch.status) {
			case "working":
			case "canceling":
				if (step === 0) run.terminal.say();
				sayHowLong(run, batch);
				await followBatch(run);
				break;
			case "paused":
				await agree(
					run,
					batch.pausedFor === "credits"
						? "It is paused since the credits ran out. Have it go on?"
						: "It is paused. Have it go on?",
				);
				await begin(() =>
					run.client.batches.resume(run.batchId, { signal: run.signal }),
				);
				break;
			case "ready":
				if (isSampleDue(run, batch)) {
					await drawSample(run, batch);
					break;
				}
				if (run.wishes.sample !== undefined && run.wishes.yes)
					return await end(run, batch, true);
				await drawWaiting(run, batch);
				break;
			case "described":
				await drawDescribed(run, batch);
				break;
			case "completed": {
				const canRetry = first.counts.failed > 0 && !hasRetried;
				if (canRetry && run.wishes.retry) await retry(run, batch);
				else {
					const exitCode = await end(run, batch, false);
					const isOld = first.status === "completed";
					if (!canRetry || !isOld || !(await isToRetry(run, batch)))
						return exitCode;
					await retry(run, batch);
				}
				hasRetried = true;
			}
		}
		batch = await look(run);
	}
	throw new Refusal(
		"The batch does not come to its end; others seem to change it.",
		"Run the same command again.",
		EXIT.failed,
	);
}

async function look({
	client,
	batchId,
	signal,
}: BatchRun): Promise<EstimatedBatch> {
	return await client.batches.get(batchId, { signal });
}

/** Somebody else may have done the same meanwhile, or this command before it was killed. */
async function begin(act: () => Promise<Batch>): Promise<void> {
	try {
		await act();
	} catch (error) {
		if (!(error instanceof GessoError && error.code === "conflict"))
			throw error;
	}
}

/** @throws {Refusal} when the answer is no, or there is nobody to ask. */
async function agree(
	{ terminal, wishes, signal }: BatchRun,
	question: string,
): Promise<void> {
	terminal.say();
	if (wishes.yes) return;
	if (!terminal.isInteractive)
		throw new Refusal(
			`${question} There is no terminal to ask in, so nothing was begun.`,
			"Say yes beforehand: --yes",
		);
	if (!(await terminal.ask(`  ${question}`, signal)))
		throw new Refusal(
			"Nothing more was begun, and nothing more is paid for.",
			"The same command asks again; other options or a changed table want --new.",
		);
	terminal.say();
}

function sayHowLong({ terminal }: BatchRun, { strategy }: Batch): void {
	if (strategy === "vendor-batch")
		terminal.say(
			"  The vendor takes its time with batches, up to a day. Ctrl-C leaves; the same command comes back.",
		);
}

/** Whether none was begun yet. */
function isSampleDue({ wishes }: BatchRun, { counts }: Batch): boolean {
	return (
		wishes.sample !== undefined &&
		counts.drawn + counts.failed + counts.described === 0
	);
}

async function drawSample(run: BatchRun, batch: EstimatedBatch): Promise<void> {
	const { client, batchId, terminal, signal } = run;
	const { rows } = await client.batches.rows(
		batchId,
		{ statuses: ["waiting"], limit: run.wishes.sample ?? 1 },
		{ signal },
	);
	const price = await payablePrice(run, batch, rows.length);
	showPrice(run, price);
	await agree(run, `Draw a sample of ${askedFor(batch, rows.length, price)}?`);
	await begin(() =>
		client.batches.sample(
			batchId,
			rows.map(({ key }) => key),
			{ signal },
		),
	);
	await followBatch(run, rows.length);
	await collectPictures(run);
	if (run.wishes.yes) return;
	terminal.say(
		`  The sample is in ${run.shown("")}. Look at it before the rest.`,
	);
	terminal.say();
}

async function drawWaiting(
	run: BatchRun,
	batch: EstimatedBatch,
): Promise<void> {
	const { client, batchId, signal } = run;
	const { waiting, drawn } = batch.counts;
	const price = await payablePrice(run, batch, waiting);
	showPrice(run, price, batch);
	const rest = drawn > 0 ? "the other " : "";
	const isRead = batch.strategy === "describe-then-draw" && !batch.auto;
	await agree(
		run,
		isRead
			? `Describe ${counted(waiting, "row")} now, to be read before they are drawn, ${forCredits(price)} with the pictures?`
			: `Draw ${rest}${askedFor(batch, waiting, price)}?`,
	);
	await begin(() => client.batches.start(batchId, { signal }));
}

async function drawDescribed(
	run: BatchRun,
	batch: EstimatedBatch,
): Promise<void> {
	const { client, batchId, terminal, signal } = run;
	const { described } = batch.counts;
	await saveResults(run);
	terminal.say();
	terminal.say(
		`  ${counted(described, "description")} to read in ${run.shown(RESULTS_FILE)}, column gesso_description.`,
	);
	const price = await payablePrice(run, batch, described);
	showPrice(run, price);
	await agree(run, `Draw ${askedFor(batch, described, price)}?`);
	await begin(() => client.batches.draw(batchId, { signal }));
}

function retryQuestion(batch: EstimatedBatch, price: RowsPrice): string {
	const rows = counted(batch.counts.failed, "row");
	return `Try ${rows} again ${forCredits(price)}`;
}

/** Asks whoever has just been told of failures. Who says yes beforehand says it to what he asked for: --retry is for these. */
async function isToRetry(run: BatchRun, batch: EstimatedBatch) {
	const { terminal, wishes, signal } = run;
	if (wishes.yes || !terminal.isInteractive) return false;
	const price = await payablePrice(run, batch, batch.counts.failed);
	terminal.say();
	return await terminal.ask(`  ${retryQuestion(batch, price)}?`, signal);
}

async function retry(run: BatchRun, batch: EstimatedBatch): Promise<void> {
	const { client, batchId, wishes, signal } = run;
	const price = await payablePrice(run, batch, batch.counts.failed);
	if (wishes.retry) await agree(run, `${retryQuestion(batch, price)}?`);
	await begin(() => client.batches.retry(batchId, { signal }));
}

function askedFor(batch: Batch, rows: number, price: RowsPrice): string {
	const perRow = picturesPerRow(batch);
	const what =
		perRow === null ? counted(rows, "row") : counted(rows * perRow, "picture");
	return `${what} ${forCredits(price)}`;
}

function forCredits({ credits }: RowsPrice): string {
	return `for ${counted(credits, "credit")}`;
}

async function saveResults(run: BatchRun): Promise<void> {
	const { client, batchId, folder, signal } = run;
	await saveDownload({
		open: () => client.batches.results(batchId, { signal }),
		fileOf: () => path.join(folder.path, RESULTS_FILE),
		url: client.url,
		signal,
	});
}

/** Fetches what is missing and says what came of it all. @returns the exit code. */
async function end(
	run: BatchRun,
	{ counts }: Batch,
	isSample: boolean,
): Promise<number> {
	const { terminal } = run;
	const collected = await collectPictures(run);
	await saveResults(run);
	terminal.say();
	tellPictures(run, collected);
	if (isSample)
		terminal.say("  The rest is drawn by the same command without --sample.");
	await tellFailures(
		run,
		counts,
		"Try them again: the same command with --retry",
	);
	return counts.failed + counts.invalid === 0 ? EXIT.done : EXIT.failed;
}

function tellPictures(run: BatchRun, { pictures, gone }: Collected): void {
	const { terminal, saved } = run;
	const fetched = saved.addedCount;
	const fresh =
		fetched === pictures
			? ""
			: fetched === 0
				? ", all of them from before"
				: `, ${fetched} of them new`;
	terminal.say(
		`  ${terminal.style("green", "✓")} ${counted(pictures, "picture")} in ${terminal.style("bold", run.shown(""))}${fresh}; ${RESULTS_FILE} says what came of each row`,
	);
	if (gone > 0)
		terminal.say(
			`    ${counted(gone, "picture")} ${gone === 1 ? "was" : "were"} deleted from the library since`,
		);
}
