/** ComfyUI as a kind of provider: each server draws by the workflows that its owner gave it. */
import { z } from "zod";
import type { Readiness } from "../provider.ts";
import {
	commonOptions,
	defineProviderKind,
	limitsOf,
	type ModelOffer,
	urlOption,
} from "../provider-kind.ts";
import { builtInWorkflow } from "./built-in-workflow.ts";
import { createComfyui } from "./comfyui.ts";
import { comfyuiSettings } from "./config.ts";
import { readWorkflow, workflowOption } from "./read-workflow.ts";
import { capabilitiesOf, type Workflow } from "./workflow.ts";

/** The model of those who named a workflow or a checkpoint and nothing else. */
const DEFAULT_MODEL = "comfyui";

const written = z.strictObject({
	...commonOptions,
	// While one is drawn, the next may already wait.
	concurrency: commonOptions.concurrency.unwrap().default(2),
	url: urlOption.optional(),
	/** Draws with the built-in workflow. */
	checkpoint: z.string().optional(),
	/** By the name of the model that each is. */
	workflows: z.record(z.string().min(1), workflowOption).default({}),
});

/** Reads the files, and offers each workflow as a model. */
const options = written.transform(
	({ checkpoint, workflows: described, models, ...others }, context) => {
		const fault = (path: readonly string[], message: string) =>
			context.issues.push({
				code: "custom",
				path: [...path],
				message,
				input: described,
			});
		const workflows = new Map<string, Workflow>();
		for (const [id, option] of Object.entries(described)) {
			const read = readWorkflow(option);
			if (read.kind === "workflow") workflows.set(id, read.workflow);
			else
				for (const { path, message } of read.faults)
					fault(["workflows", id, ...path], message);
		}
		if (checkpoint !== undefined) {
			if (DEFAULT_MODEL in described)
				fault(
					["checkpoint"],
					`there is a workflow ${DEFAULT_MODEL}, so that a checkpoint would not be used`,
				);
			workflows.set(DEFAULT_MODEL, builtInWorkflow(checkpoint));
		}
		for (const { id, providerModel } of models)
			if (!workflows.has(providerModel) && !(providerModel in described))
				fault(
					["models"],
					`${id} is to draw with ${providerModel}, which is no workflow`,
				);
		return { ...others, workflows, models: offersOf(workflows, models) };
	},
);

/** Models that are listed beside the workflows are the same workflows under other names, or with other capabilities. */
function offersOf(
	workflows: ReadonlyMap<string, Workflow>,
	models: readonly ModelOffer[],
): ModelOffer[] {
	const listed = new Set(models.map(({ id }) => id));
	const unlisted = [...workflows.keys()]
		.filter((id) => !listed.has(id))
		.map((id) => ({ id, providerModel: id, capabilities: {} }));
	return [...unlisted, ...models].flatMap((offer) => {
		const workflow = workflows.get(offer.providerModel);
		return workflow === undefined
			? []
			: [
					{
						...offer,
						capabilities: {
							...capabilitiesOf(workflow),
							...offer.capabilities,
						},
					},
				];
	});
}

export const comfyui = defineProviderKind({
	kind: "comfyui",
	settings: comfyuiSettings,
	options,
	defaultCapabilities: capabilitiesOf({ graph: {}, inputs: {} }),
	fromEnvironment: ({ url, workflow, checkpoint }) => [
		{
			name: "comfyui",
			options: {
				url: url || undefined,
				checkpoint: checkpoint || undefined,
				workflows:
					(workflow && { [DEFAULT_MODEL]: { file: workflow } }) || undefined,
			},
		},
	],
	open: (name, { url, ...others }, services) =>
		createComfyui(
			{
				...others,
				name,
				url: url ?? "",
				readiness: readinessOf(name, url, others.workflows.size),
				limits: limitsOf(others),
			},
			services,
		),
});

function readinessOf(
	name: string,
	url: string | undefined,
	workflows: number,
): Readiness {
	const isOfEnvironment = name === comfyui.kind;
	const inFile = (option: string) =>
		`providers.${name}.${option} in the configuration`;
	if (url === undefined) {
		const what = isOfEnvironment ? comfyuiSettings.url.variable : inFile("url");
		return { status: "not_configured", detail: `${what} is not set` };
	}
	if (workflows === 0) {
		const what = isOfEnvironment
			? `neither ${comfyuiSettings.workflow.variable} nor ${comfyuiSettings.checkpoint.variable} is set`
			: `${inFile("workflows")} names none`;
		return { status: "not_configured", detail: what };
	}
	return {
		status: "ready",
		detail: `asks ${new URL(url).host}, ${workflows} workflow${workflows === 1 ? "" : "s"}`,
	};
}
