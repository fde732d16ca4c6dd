/** `gesso batch retry`: does again what failed of a batch. */
import { priceOf } from "../../batch-run/rows-price.ts";
import { showPrice } from "../../batch-run/show-batch.ts";
import { defineCommand } from "../../command-line/command.ts";
import { EXIT, Refusal } from "../../command-line/refusal.ts";
import { reachServer, SERVER_OPTIONS } from "../../reach/reach-server.ts";
import { counted } from "../../terminal/words.ts";
import { batchIdOf } from "./batch-operand.ts";

export const batchRetry = defineCommand({
	name: "batch retry",
	summary: "Does again the rows of a batch that failed",
	usage: "ID [options]",
	description: `Does again the rows of a batch that failed, each from the step at which it failed, and does not wait for them.
\`gesso batch run\` with --retry does the same and brings the pictures.`,
	options: {
		yes: { kind: "flag", short: "y", meaning: "Begins without asking" },
		...SERVER_OPTIONS,
	},
	examples: ["gesso batch retry catalogue_01m7y6awe79a4yxsbnae7g1j63 --yes"],
	run: async ({ values, operands }, context) => {
		const batchId = batchIdOf("batch retry", operands);
		const { terminal } = context;
		const { client, signal } = await reachServer(context, values, {
			ownDirectory: null,
		});
		const batch = await client.batches.get(batchId, { signal });
		const { failed } = batch.counts;
		if (failed === 0) throw new Refusal("No row of this batch has failed.");
		const price = priceOf(batch, failed);
		if (price !== null) showPrice({ terminal, isOwn: false }, price);
		if (!values.yes && !terminal.isInteractive)
			throw new Refusal(
				"There is no terminal to ask in, so nothing was begun.",
				"Say yes beforehand: --yes",
			);
		const question = `  Try ${counted(failed, "row")} again?`;
		if (!values.yes && !(await terminal.ask(question, signal)))
			throw new Refusal("Nothing was begun, and nothing paid.");
		await client.batches.retry(batchId, { signal });
		terminal.say(
			`  ${counted(failed, "row")} begun. See: gesso batch show ${batchId}`,
		);
		return EXIT.done;
	},
});
