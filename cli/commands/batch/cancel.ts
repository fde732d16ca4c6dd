/** `gesso batch cancel`: has no more rows of a batch begun. */
import { defineCommand } from "../../command-line/command.ts";
import { EXIT } from "../../command-line/refusal.ts";
import { reachServer, SERVER_OPTIONS } from "../../reach/reach-server.ts";
import { counted } from "../../terminal/words.ts";
import { batchIdOf } from "./batch-operand.ts";

export const batchCancel = defineCommand({
	name: "batch cancel",
	summary: "Has no more rows of a batch begun",
	usage: "ID [options]",
	description:
		"Has no more rows of a batch begun. Those that are being drawn are drawn to their end; what is not drawn is not paid for.",
	options: SERVER_OPTIONS,
	examples: ["gesso batch cancel catalogue_01m7y6awe79a4yxsbnae7g1j63"],
	run: async ({ values, operands }, context) => {
		const batchId = batchIdOf("batch cancel", operands);
		const { terminal } = context;
		const { client, signal } = await reachServer(context, values, {
			ownDirectory: null,
		});
		const { counts } = await client.batches.cancel(batchId, { signal });
		terminal.say(
			`  No more rows are begun; ${counted(counts.drawn, "row")} drawn so far.`,
		);
		return EXIT.done;
	},
});
