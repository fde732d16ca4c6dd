/** `gesso batch show`: how a batch stands, what failed of it and why. */
import type { EstimatedBatch } from "@gesso/client/batch";
import { priceOf } from "../../batch-run/rows-price.ts";
import { fact, showPrice, showProblems } from "../../batch-run/show-batch.ts";
import { tellFailures } from "../../batch-run/tell-rows.ts";
import { defineCommand } from "../../command-line/command.ts";
import { EXIT } from "../../command-line/refusal.ts";
import { reachServer, SERVER_OPTIONS } from "../../reach/reach-server.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { count, duration } from "../../terminal/words.ts";
import { batchIdOf } from "./batch-operand.ts";

export const batchShow = defineCommand({
	name: "batch show",
	summary: "Shows how a batch stands, and what failed",
	usage: "ID [options]",
	description:
		"Shows how a batch stands: its rows by what became of them, the price of what is left, and what failed.",
	options: SERVER_OPTIONS,
	examples: ["gesso batch show catalogue_01m7y6awe79a4yxsbnae7g1j63"],
	run: async ({ values, operands }, context) => {
		const batchId = batchIdOf("batch show", operands);
		const { terminal } = context;
		const { client, signal } = await reachServer(context, values, {
			ownDirectory: null,
		});
		const batch = await client.batches.get(batchId, { signal });
		showState(terminal, batch);
		showProblems(terminal, batch);
		const price = priceOf(batch, batch.estimate?.rows ?? 0);
		if (price !== null && price.credits > 0)
			showPrice({ terminal, isOwn: false }, price);
		await tellFailures(
			{ client, batchId, terminal, signal },
			batch.counts,
			`Try them again: gesso batch retry ${batchId}`,
		);
		return EXIT.done;
	},
});

function showState(
	terminal: Terminal,
	{ name, status, strategy, counts, ...batch }: EstimatedBatch,
): void {
	fact(terminal, "batch", terminal.style("bold", name));
	fact(terminal, "status", `${status}, ${strategy}`);
	const { total, ...rest } = counts;
	const parts = Object.entries(rest)
		.filter(([, value]) => value > 0)
		.map(([what, value]) => `${count(value)} ${what}`);
	fact(terminal, "rows", [count(total), ...parts].join(" · "));
	const { rowsPerMinute, remainingSeconds } = batch;
	if (rowsPerMinute !== null && remainingSeconds !== null)
		fact(
			terminal,
			"pace",
			`${count(rowsPerMinute)} a minute, ${duration(remainingSeconds)} left`,
		);
}
