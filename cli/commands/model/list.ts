/** `gesso model list`: who can be asked to draw, and what it costs. */
import type { Model } from "@gesso/client/model";
import { defineCommand } from "../../command-line/command.ts";
import { EXIT } from "../../command-line/refusal.ts";
import { SERVER_OPTIONS, withServer } from "../../reach/reach-server.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { takesNothing } from "../batch/batch-operand.ts";

const STATUS: Readonly<Record<Model["status"], string>> = {
	ready: "ready",
	stand_in: "another draws for it",
	not_configured: "not configured",
};

export const modelList = defineCommand({
	name: "model list",
	summary: "Lists who can draw, and for how many credits",
	usage: "[options]",
	description:
		"Lists the models that can be asked for by --model, with the credits for a picture in each resolution.",
	options: {
		all: {
			kind: "flag",
			meaning: "Those, too, that nobody here has, and retired names",
		},
		...SERVER_OPTIONS,
	},
	examples: ["gesso model list", "gesso model list --all"],
	run: async ({ values, operands }, context) => {
		takesNothing("model list", operands);
		return await withServer(context, values, async ({ client, signal }) => {
			const models = await client.models.list(
				{ ready: !values.all },
				{ signal },
			);
			show(context.terminal, models, values.all);
			return EXIT.done;
		});
	},
});

function show(
	terminal: Terminal,
	models: readonly Model[],
	hasAll: boolean,
): void {
	const drawing = models.filter(({ capabilities }) => capabilities.image);
	const width = Math.max(0, ...drawing.map(({ id }) => id.length));
	for (const { id, prices, status, isDefault } of drawing) {
		const credits = Object.entries(prices.credits)
			.map(([tier, value]) => `${tier} ${value}`)
			.join(", ");
		const notes = [
			...(isDefault ? ["when none is named"] : []),
			...(hasAll ? [STATUS[status]] : []),
		].join(", ");
		terminal.say(
			`${id.padEnd(width)}  ${credits}  ${terminal.style("dim", notes)}`.trimEnd(),
		);
	}
	if (drawing.length === 0)
		terminal.say(
			"Nobody here can draw: `npm run doctor` says what is missing.",
		);
}
