/** `gesso batch run`: a table becomes a folder of pictures, one for every row; run again, it goes on where it was. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import type { BatchFields } from "@gesso/client/batch";
import { GessoError } from "@gesso/client/gesso-error";
import { type BatchRun, shownIn } from "../../batch-run/batch-run.ts";
import {
	DRAWING_OPTIONS,
	drawingFields,
} from "../../batch-run/drawing-options.ts";
import { goOn } from "../../batch-run/go-on.ts";
import { type Memory, OutFolder } from "../../batch-run/out-folder.ts";
import { readTable, type Table } from "../../batch-run/read-table.ts";
import { SavedPictures } from "../../batch-run/saved-pictures.ts";
import { showPreview } from "../../batch-run/show-batch.ts";
import { whatChanged } from "../../batch-run/what-changed.ts";
import { type Context, defineCommand } from "../../command-line/command.ts";
import type { CommandLine, Values } from "../../command-line/options.ts";
import { EXIT, Refusal } from "../../command-line/refusal.ts";
import { FORMAT_OPTION, readFormat } from "../../files/picture-format.ts";
import {
	namedServer,
	OWN,
	type Reached,
	reachServer,
	SERVER_OPTIONS,
	withServer,
} from "../../reach/reach-server.ts";

const OPTIONS = {
	out: {
		kind: "text",
		short: "o",
		value: "FOLDER",
		meaning:
			"Where pictures and results.csv are saved; a folder named after the table when left out",
	},
	"dry-run": {
		kind: "flag",
		meaning:
			"Shows what is in the table, the first prompts and the price; keeps and draws nothing",
	},
	yes: { kind: "flag", short: "y", meaning: "Draws without asking" },
	sample: {
		kind: "number",
		value: "N",
		meaning: "Draws 1 to 5 rows first, to be looked at; with --yes no more",
	},
	retry: {
		kind: "flag",
		meaning: "Tries again the rows that failed in an earlier run",
	},
	new: {
		kind: "flag",
		meaning: "Begins anew in a folder that has another batch in it",
	},
	...DRAWING_OPTIONS,
	format: { ...FORMAT_OPTION, group: "Files" },
	...SERVER_OPTIONS,
} as const;

type Line = CommandLine<typeof OPTIONS>;

export const batchRun = defineCommand({
	name: "batch run",
	summary: "Draws a picture for every row of a table",
	usage: "TABLE [options]",
	description: `Takes a table in (CSV, TSV, JSON lines), shows what will be drawn and what it costs, asks, draws, and saves every
picture in a folder, with a results.csv. Run again, it goes on where it was, whatever happened to it: nothing is
drawn, paid for or fetched twice. Where no server runs, it runs one of its own meanwhile.

Exit code: 0 all drawn, 1 some rows failed or could not be used, 2 refused, 130 left with Ctrl-C.`,
	options: OPTIONS,
	examples: [
		"gesso batch run rugs.csv --kind rugs --out ./pictures",
		"gesso batch run rugs.csv --kind rugs --dry-run",
		'gesso batch run shoes.csv --prompt "Studio photo of a {{ Color }} {{ Title }}" --key-column SKU --max-photos 0',
		"gesso batch run rugs.csv --kind rugs --strategy describe-then-draw --sample 3",
		"gesso batch run rugs.csv --kind rugs --out ./pictures --retry --yes",
	],
	run: async (line, context) => {
		const [operand, ...others] = line.operands;
		if (operand === undefined)
			throw new Refusal(
				"Which table is to be drawn?",
				"gesso batch run TABLE, for instance: gesso batch run rugs.csv --kind rugs",
			);
		if (others.length > 0)
			throw new Refusal(
				`One table at a time: ${others.join(" ")} is too much.`,
				"Words with blanks in them stand in quotes.",
			);
		const { sample } = line.values;
		if (sample !== undefined && (sample < 1 || sample > 5))
			throw new Refusal(`--sample is 1 to 5, and got ${sample}.`);
		const table = await readTable(
			path.resolve(context.directory, operand),
			operand,
		);
		const fields = drawingFields(line.values);
		return line.values["dry-run"]
			? await preview(line.values, context, table, fields)
			: await run(line, context, table, fields);
	},
});

async function preview(
	values: Values<typeof OPTIONS>,
	context: Context,
	table: Table,
	fields: BatchFields,
): Promise<number> {
	return await withServer(context, values, async (reached) => {
		const found = await reached.client.batches.preview(
			{ ...fields, table },
			{ signal: reached.signal },
		);
		showPreview(context.terminal, table.fileName, found, {
			isOwn: reached.address === OWN,
			maxPhotos: fields.maxPhotos ?? 1,
		});
		return EXIT.done;
	});
}

async function run(
	{ values, operands: [operand = ""] }: Line,
	context: Context,
	table: Table,
	fields: BatchFields,
): Promise<number> {
	const { directory, signal } = context;
	const format = readFormat(values.format) ?? "original";
	const out =
		values.out ?? `${path.basename(operand, path.extname(operand))}-pictures`;
	const folderPath = path.resolve(directory, out);
	const shown = shownIn(directory, folderPath);
	if (path.resolve(directory, operand) === path.join(folderPath, "results.csv"))
		throw new Refusal(
			`${operand} is where the results are written.`,
			"Name another folder: --out FOLDER",
		);
	const folder = await OutFolder.open(folderPath, signal);
	try {
		const earlier = values.new ? null : await folder.recall();
		if (earlier !== null)
			whatChanged(
				earlier,
				table,
				fields,
				namedServer(context, values),
				shown(""),
			);
		const reached = await reachServer(context, values, {
			remembered: earlier?.server,
			ownDirectory: folder.serverDirectory,
		});
		try {
			if (values.new) await forsake(folder, reached);
			const memory = await taken(folder, reached, table, fields, earlier);
			return await goOn({
				client: reached.client,
				batchId: memory.batchId,
				table: table.fileName,
				folder,
				saved: await SavedPictures.open(
					folderPath,
					path.join(folder.ownFolder, "pictures.jsonl"),
				),
				terminal: context.terminal,
				signal: reached.signal,
				isOwn: reached.address === OWN,
				wishes: { ...values, format },
				shown,
			});
		} catch (error) {
			throw inWords(error, context, reached);
		} finally {
			await reached.close();
		}
	} finally {
		await folder.release();
	}
}

/** Has the server take the table in, unless it has. What is sent is remembered first, and what came of it before it costs anything. */
async function taken(
	folder: OutFolder,
	{ client, address, signal }: Reached,
	table: Table,
	options: BatchFields,
	earlier: Memory | null,
): Promise<Memory & Pick<BatchRun, "batchId">> {
	if (earlier?.batchId) return { ...earlier, batchId: earlier.batchId };
	const { fileName, sha256 } = table;
	const memory: Memory = {
		version: 1,
		server: address,
		batchId: null,
		idempotencyKey: earlier?.idempotencyKey ?? randomUUID(),
		table: { fileName, sha256 },
		options,
	};
	await folder.remember(memory);
	const { idempotencyKey } = memory;
	const { id: batchId } = await client.batches.create(
		{ ...options, table },
		{ signal, idempotencyKey },
	);
	await folder.remember({ ...memory, batchId });
	return { ...memory, batchId };
}

/** On a server that only this folder has, what nobody wants any more is drawn no further. */
async function forsake(
	folder: OutFolder,
	{ client, address, signal }: Reached,
): Promise<void> {
	const memory = await folder.recall().catch(() => null);
	if (memory?.server !== OWN || address !== OWN || memory.batchId === null)
		return;
	try {
		await client.batches.cancel(memory.batchId, { signal });
	} catch (error) {
		// Nothing of it is under way, or it is not there any more.
		if (!(error instanceof GessoError) || error.status === null) throw error;
	}
}

/** What happened, in the words of somebody who wants his pictures. */
function inWords(
	error: unknown,
	{ terminal, signal }: Context,
	{ address }: Reached,
): unknown {
	if (signal.aborted) {
		terminal.setStatus("");
		terminal.complain(
			address === OWN
				? "\n  Stopping. The same command goes on where it was; nothing is paid twice."
				: "\n  What was begun goes on at the server. The same command comes back to it; nothing is paid twice.",
		);
		return error;
	}
	if (!(error instanceof GessoError)) return error;
	if (error.status === null)
		return new Refusal(
			error.message,
			address === OWN
				? "Run the same command again: it goes on where it was."
				: "When it answers again, the same command goes on where it was; nothing is paid twice.",
			EXIT.failed,
		);
	if (error.code === "not_found")
		return new Refusal(
			"The batch of this folder is not at the server any more.",
			"Begin anew: --new",
		);
	return error;
}
