/** Reads a workflow file and checks that everything it is said to have is there, so that a mistake is told at the start. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { inferInputs } from "./infer-inputs.ts";
import {
	type Graph,
	graphSchema,
	INPUT_NAMES,
	type InputName,
	type NamedInputs,
	type Place,
	type Workflow,
} from "./workflow.ts";

/** `6.inputs.text`; an id may have colons, an input's name points. */
const placeSchema = z
	.string()
	.regex(/^[^.]+\.inputs\..+$/, "it must look like 6.inputs.text")
	.transform((text): Place => {
		const [node = "", , ...input] = text.split(".");
		return { node, input: input.join(".") };
	});

const placesSchema = z.union([
	placeSchema.transform((place) => [place]),
	z.array(placeSchema).min(1),
]);

/** A workflow as the configuration file has it. */
export const workflowOption = z.strictObject({
	file: z.string().min(1),
	/** Found in the usual places when left out. */
	inputs: z
		.strictObject(
			Object.fromEntries(
				INPUT_NAMES.map((name) => [name, placesSchema.optional()]),
			) as Record<InputName, z.ZodOptional<typeof placesSchema>>,
		)
		.optional(),
	output: z.string().optional(),
});

export type WorkflowOption = z.infer<typeof workflowOption>;

/** What is wrong with a workflow, and with which part of its description. */
export interface WorkflowFault {
	readonly path: readonly string[];
	readonly message: string;
}

export type ReadWorkflow =
	| { readonly kind: "workflow"; readonly workflow: Workflow }
	| { readonly kind: "faults"; readonly faults: readonly WorkflowFault[] };

/** @param option its `file` is meant from where the server was started. */
export function readWorkflow({
	file,
	inputs,
	output,
}: WorkflowOption): ReadWorkflow {
	const graph = readGraph(file);
	if (typeof graph === "string")
		return { kind: "faults", faults: [{ path: ["file"], message: graph }] };
	const named = (inputs as NamedInputs | undefined) ?? inferInputs(graph);
	const faults = [
		...faultsOfPlaces(graph, named, file),
		...faultsOfWhole(named, file, inputs === undefined),
		...(output === undefined || output in graph
			? []
			: [{ path: ["output"], message: `${file} has no node ${output}` }]),
	];
	return faults.length > 0
		? { kind: "faults", faults }
		: { kind: "workflow", workflow: { graph, inputs: named, output } };
}

/** @returns what is wrong, as text. */
function readGraph(file: string): Graph | string {
	let content: unknown;
	try {
		content = JSON.parse(readFileSync(file, "utf8"));
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		return code === undefined
			? `${file} is not JSON`
			: `${file} cannot be read (${code})`;
	}
	const graph = graphSchema.safeParse(content);
	if (graph.success) return graph.data;
	return `${file} is not a workflow in API format; in ComfyUI, export it with "Export (API)"`;
}

function faultsOfPlaces(
	graph: Graph,
	inputs: NamedInputs,
	file: string,
): WorkflowFault[] {
	return Object.entries(inputs).flatMap(([name, places = []]) =>
		places.flatMap(({ node, input }) => {
			const path = ["inputs", name];
			const found = graph[node];
			if (found === undefined)
				return [{ path, message: `${file} has no node ${node}` }];
			return input in found.inputs
				? []
				: [
						{
							path,
							message: `node ${node} (${found.class_type}) of ${file} has no input ${input}`,
						},
					];
		}),
	);
}

function faultsOfWhole(
	{ prompt, width, height, image, mask }: NamedInputs,
	file: string,
	isInferred: boolean,
): WorkflowFault[] {
	const path = ["inputs"];
	return [
		...(prompt === undefined
			? [
					{
						path,
						message: isInferred
							? `where the prompt belongs in ${file} is not plain: name it under \`inputs\` in the configuration file`
							: `where the prompt belongs in ${file} must be named`,
					},
				]
			: []),
		...((width === undefined) === (height === undefined)
			? []
			: [{ path, message: "width and height must be named both or neither" }]),
		...(mask !== undefined && image === undefined
			? [{ path, message: "a mask is of an image, so that one must be named" }]
			: []),
	];
}
