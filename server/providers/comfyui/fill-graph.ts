/** Writes what a call says into a workflow. */
import { type ImageCall, ProviderError } from "../provider.ts";
import type { Graph, InputName, Workflow } from "./workflow.ts";

export interface Filling {
	readonly call: ImageCall;
	/** Used when the workflow has a seed: else it would draw the picture of its file again and again. */
	readonly seed: number;
	/** By which the server knows the pictures that were handed to it. */
	readonly images: readonly string[];
	readonly mask: string | undefined;
}

export function fillGraph(
	{ graph, inputs }: Workflow,
	{ call, seed, images, mask }: Filling,
): Graph {
	const filled = structuredClone(graph);
	const write = (name: InputName, value: unknown) => {
		if (value === undefined) return;
		for (const { node, input } of inputs[name] ?? []) {
			const found = filled[node];
			if (found !== undefined) found.inputs[input] = value;
		}
	};
	write("prompt", call.prompt);
	write("negativePrompt", call.negativePrompt ?? "");
	write("seed", seed);
	write("width", call.frame.width);
	write("height", call.frame.height);
	write("count", call.count);
	write("mask", mask);
	for (const [index, { node, input }] of (inputs.image ?? []).entries()) {
		const found = filled[node];
		// A place that is left alone would show the picture that the file was exported with.
		if (found !== undefined)
			found.inputs[input] = images[index] ?? images.at(-1);
	}
	return filled;
}

/** @throws {ProviderError} for a call without the pictures that the workflow is about. */
export function checkPictures(
	{ inputs }: Workflow,
	{ inputImages, mask }: ImageCall,
): void {
	if (inputs.image !== undefined && inputImages.length === 0)
		throw missing("an input image");
	if (inputs.mask !== undefined && mask === undefined) throw missing("a mask");
}

function missing(what: string): ProviderError {
	return new ProviderError("invalid", `The workflow needs ${what}`, {
		publicMessage: `This model works on pictures: give it ${what}.`,
	});
}
