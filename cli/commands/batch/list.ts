/** `gesso batch list`: the batches of a server, newest first. */
import { defineCommand } from "../../command-line/command.ts";
import { EXIT } from "../../command-line/refusal.ts";
import { reachServer, SERVER_OPTIONS } from "../../reach/reach-server.ts";
import { count, shortened } from "../../terminal/words.ts";
import { takesNothing } from "./batch-operand.ts";

const MOST = 100;
const NAME_WIDTH = 28;

export const batchList = defineCommand({
	name: "batch list",
	summary: "Lists batches, newest first",
	usage: "[options]",
	description: "Lists the batches of a server, newest first.",
	options: {
		limit: { kind: "number", value: "N", meaning: "How many, up to 100; 20" },
		...SERVER_OPTIONS,
	},
	examples: ["gesso batch list", "gesso batch list --limit 5"],
	run: async ({ values, operands }, context) => {
		takesNothing("batch list", operands);
		const { terminal } = context;
		const { client, signal } = await reachServer(context, values, {
			ownDirectory: null,
		});
		const limit = Math.min(values.limit ?? 20, MOST);
		const { batches, hasMore } = await client.batches.list(
			{ limit },
			{ signal },
		);
		if (batches.length === 0)
			terminal.say("No batches yet. Begin one: gesso batch run TABLE");
		for (const { id, name, status, counts, createdAt } of batches) {
			const failed =
				counts.failed > 0
					? terminal.style("red", `, ${count(counts.failed)} failed`)
					: "";
			terminal.say(
				`${id}  ${createdAt.slice(0, 16).replace("T", " ")}  ${status.padEnd(9)}  ${shortened(name, NAME_WIDTH).padEnd(NAME_WIDTH)}  ${count(counts.drawn)} of ${count(counts.total)} drawn${failed}`,
			);
		}
		if (hasMore) terminal.say("There are more: --limit N");
		return EXIT.done;
	},
});
