/** Finds where prompt, seed and size belong in a workflow that nobody named the inputs of: what is usual is found, what is not has to be named. */
import {
	emptyLatentsOf,
	type Graph,
	type NamedInputs,
	type Place,
} from "./workflow.ts";

/** By which text encoders call what they encode, and nodes that hold a text call it. */
const TEXT_INPUTS = [
	"text",
	"prompt",
	"text_g",
	"text_l",
	"clip_l",
	"t5xxl",
	"value",
	"string",
];
const SEED_INPUTS = ["seed", "noise_seed"];

export function inferInputs(graph: Graph): NamedInputs {
	const positive = textsBehind(graph, linksNamed(graph, "positive"));
	const prompt =
		positive.length > 0
			? positive
			: textsBehind(graph, linksNamed(graph, "conditioning"));
	const isPrompt = (place: Place) => prompt.some((each) => isSame(each, place));
	return withoutEmpty({
		prompt,
		// Workflows without one feed the prompt in, turned into nothing.
		negativePrompt: textsBehind(graph, linksNamed(graph, "negative")).filter(
			(place) => !isPrompt(place),
		),
		seed: placesOf(graph, (name, value) => {
			return SEED_INPUTS.includes(name) && typeof value === "number";
		}),
		...sizeOf(graph),
		image: loadersOf(graph, "LoadImage"),
		mask: loadersOf(graph, "LoadImageMask").slice(0, 1),
	});
}

function sizeOf(graph: Graph): NamedInputs {
	const latents = emptyLatentsOf(graph);
	const [latent] = latents;
	// With several of them, only a person knows which is which.
	if (latent === undefined || latents.length > 1) return {};
	const [node] = latent;
	const place = (input: string) => [{ node, input }];
	return {
		width: place("width"),
		height: place("height"),
		...(typeof graph[node]?.inputs.batch_size === "number" && {
			count: place("batch_size"),
		}),
	};
}

function loadersOf(graph: Graph, classType: string): Place[] {
	return Object.entries(graph)
		.filter(([, { class_type }]) => class_type === classType)
		.map(([node]) => ({ node, input: "image" }));
}

function placesOf(
	graph: Graph,
	isWanted: (name: string, value: unknown) => boolean,
): Place[] {
	return Object.entries(graph).flatMap(([node, { inputs }]) =>
		Object.entries(inputs)
			.filter(([input, value]) => isWanted(input, value))
			.map(([input]) => ({ node, input })),
	);
}

/** The nodes from which inputs of this name take. */
function linksNamed(graph: Graph, name: string): string[] {
	return Object.values(graph).flatMap(({ inputs }) => linkOf(inputs[name]));
}

function linkOf(value: unknown): string[] {
	return Array.isArray(value) && typeof value[0] === "string" ? [value[0]] : [];
}

/** The nearest texts upstream of these nodes. */
function textsBehind(graph: Graph, from: readonly string[]): Place[] {
	const found: Place[] = [];
	const seen = new Set<string>();
	const waiting = [...from];
	for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
		const node = graph[id];
		if (node === undefined || seen.has(id)) continue;
		seen.add(id);
		const texts = TEXT_INPUTS.filter(
			(input) => typeof node.inputs[input] === "string",
		);
		for (const input of texts) found.push({ node: id, input });
		if (texts.length === 0)
			waiting.push(...Object.values(node.inputs).flatMap(linkOf));
	}
	return found;
}

function isSame(one: Place, other: Place): boolean {
	return one.node === other.node && one.input === other.input;
}

function withoutEmpty(inputs: NamedInputs): NamedInputs {
	return Object.fromEntries(
		Object.entries(inputs).filter(([, places]) => places.length > 0),
	);
}
