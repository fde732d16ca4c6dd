/** A workflow of ComfyUI's with names for what a call may change in it, and what can be drawn with it therefore. */
import { z } from "zod";
import type { Frame, ImageCapabilities } from "../provider.ts";

const nodeSchema = z.looseObject({
	class_type: z.string(),
	inputs: z.record(z.string(), z.unknown()),
});

/** "API format": nodes by their id. What a node takes from another is `[id, slot]`. */
export const graphSchema = z.record(z.string(), nodeSchema);
export type Graph = z.infer<typeof graphSchema>;

/** What a call may say, in the engine's words. */
export const INPUT_NAMES = [
	"prompt",
	"negativePrompt",
	"seed",
	"width",
	"height",
	"count",
	"image",
	"mask",
] as const;
export type InputName = (typeof INPUT_NAMES)[number];

/** One input of one node. */
export interface Place {
	readonly node: string;
	readonly input: string;
}

/**
 * Where in the graph each word belongs; in several places it is written to all of them. `image` has a place for each
 * picture.
 */
export type NamedInputs = Partial<
	Readonly<Record<InputName, readonly Place[]>>
>;

export interface Workflow {
	readonly graph: Graph;
	readonly inputs: NamedInputs;
	/** The node whose pictures are the result; all nodes' when `undefined`. */
	readonly output: string | undefined;
}

const LARGEST_BATCH = 4;
/** Latent pictures are an eighth of the pixels. */
const EDGE_MULTIPLE = 8;
const DEFAULT_FRAME: Frame = { width: 1024, height: 1024 };

/** Only what the workflow has an input for is claimed. */
export function capabilitiesOf({
	graph,
	inputs,
}: Pick<Workflow, "graph" | "inputs">): ImageCapabilities {
	return {
		sizing:
			inputs.width === undefined || inputs.height === undefined
				? { kind: "frames", frames: [frameOf(graph)] }
				: {
						kind: "free",
						minEdge: 64,
						maxEdge: 2048,
						multipleOf: EDGE_MULTIPLE,
					},
		countPerCall: inputs.count === undefined ? 1 : LARGEST_BATCH,
		maxInputImages: inputs.image?.length ?? 0,
		mask: inputs.mask !== undefined,
		seed: inputs.seed === undefined ? "ignored" : "honoured",
		negativePrompt: inputs.negativePrompt === undefined ? "folded" : "native",
		qualities: [],
		backgrounds: [],
		partialImages: 3,
	};
}

/** Nodes that a picture begins with, by ComfyUI's habit of naming them. */
export function emptyLatentsOf(graph: Graph): [string, Frame][] {
	return Object.entries(graph).flatMap(([id, { class_type, inputs }]) => {
		const { width, height } = inputs;
		return /^Empty.*Latent/.test(class_type) &&
			typeof width === "number" &&
			typeof height === "number"
			? [[id, { width, height }] as [string, Frame]]
			: [];
	});
}

/** The shape that the workflow has of itself; where nobody can tell, the pictures are fitted to what is promised here. */
function frameOf(graph: Graph): Frame {
	const [first] = emptyLatentsOf(graph);
	return first?.[1] ?? DEFAULT_FRAME;
}
