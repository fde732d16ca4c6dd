/** A workflow's file is understood, and what is wrong with it is told at the start, naming file, input and node. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { builtInWorkflow } from "./built-in-workflow.ts";
import { inferInputs } from "./infer-inputs.ts";
import { comfyui } from "./kind.ts";
import { capabilitiesOf } from "./workflow.ts";

const directory = mkdtempSync(path.join(tmpdir(), "gesso-workflows-"));
after(() => rmSync(directory, { recursive: true, force: true }));

function fileOf(name: string, content: unknown): string {
	const file = path.join(directory, name);
	writeFileSync(
		file,
		typeof content === "string" ? content : JSON.stringify(content),
	);
	return file;
}

function configure(
	environment: Record<string, string>,
	options?: Record<string, unknown>,
) {
	const faults: string[] = [];
	const entries = options === undefined ? {} : { comfyui: options };
	const [instance] = comfyui.configure({ environment, entries }, faults);
	return { offers: instance?.offers, instance, faults };
}

const { graph: plainGraph } = builtInWorkflow("base.safetensors");
const plain = fileOf("plain.json", plainGraph);

test("a checkpoint alone is a model that draws from text", () => {
	const { offers, faults } = configure({
		COMFYUI_CHECKPOINT: "base.safetensors",
	});
	assert.deepEqual(faults, []);
	assert.equal(offers?.length, 1);
	assert.equal(offers?.[0]?.id, "comfyui");
	assert.deepEqual(offers?.[0]?.capabilities, {
		sizing: { kind: "free", minEdge: 64, maxEdge: 2048, multipleOf: 8 },
		countPerCall: 4,
		maxInputImages: 0,
		mask: false,
		seed: "honoured",
		negativePrompt: "native",
		qualities: [],
		backgrounds: [],
		partialImages: 3,
	});
});

test("a workflow that the environment names is understood without names for its inputs", () => {
	assert.deepEqual(inferInputs(plainGraph), {
		prompt: [{ node: "prompt", input: "text" }],
		negativePrompt: [{ node: "negative", input: "text" }],
		seed: [{ node: "sampler", input: "seed" }],
		width: [{ node: "latent", input: "width" }],
		height: [{ node: "latent", input: "height" }],
		count: [{ node: "latent", input: "batch_size" }],
	});
	const { offers, faults } = configure({ COMFYUI_WORKFLOW: plain });
	assert.deepEqual(faults, []);
	assert.deepEqual(
		offers?.map(({ id }) => id),
		["comfyui"],
	);
});

test("a workflow without a sampler of the usual kind is understood by what guides it", () => {
	const graph = {
		"5": {
			class_type: "EmptySD3LatentImage",
			inputs: { width: 1024, height: 768, batch_size: 1 },
		},
		"6": {
			class_type: "CLIPTextEncode",
			inputs: { text: "x", clip: ["11", 0] },
		},
		"13": {
			class_type: "SamplerCustomAdvanced",
			inputs: { noise: ["25", 0], guider: ["22", 0], latent_image: ["5", 0] },
		},
		"22": { class_type: "BasicGuider", inputs: { conditioning: ["26", 0] } },
		"25": { class_type: "RandomNoise", inputs: { noise_seed: 1 } },
		"26": {
			class_type: "FluxGuidance",
			inputs: { conditioning: ["6", 0], guidance: 3.5 },
		},
	};
	const { prompt, seed, negativePrompt } = inferInputs(graph);
	assert.deepEqual(prompt, [{ node: "6", input: "text" }]);
	assert.deepEqual(seed, [{ node: "25", input: "noise_seed" }]);
	assert.equal(negativePrompt, undefined);
});

test("a prompt that is turned into nothing for the negative is no negative prompt", () => {
	const { prompt, negativePrompt } = inferInputs({
		"3": {
			class_type: "KSampler",
			inputs: { positive: ["6", 0], negative: ["7", 0], seed: 1 },
		},
		"6": {
			class_type: "CLIPTextEncode",
			inputs: { text: "x", clip: ["4", 1] },
		},
		"7": {
			class_type: "ConditioningZeroOut",
			inputs: { conditioning: ["6", 0] },
		},
	});
	assert.deepEqual(prompt, [{ node: "6", input: "text" }]);
	assert.equal(negativePrompt, undefined);
});

test("only what a workflow has an input for is claimed", () => {
	const { offers, faults } = configure(
		{},
		{
			workflows: {
				bare: { file: plain, inputs: { prompt: "prompt.inputs.text" } },
				twice: {
					file: plain,
					inputs: {
						prompt: "prompt.inputs.text",
						image: ["latent.inputs.width", "latent.inputs.height"],
						mask: "latent.inputs.batch_size",
					},
				},
			},
			models: [{ id: "poster", providerModel: "bare", maxInputImages: 9 }],
		},
	);
	assert.deepEqual(faults, []);
	const [bare, twice, poster] = offers ?? [];
	assert.deepEqual(bare?.capabilities, {
		sizing: { kind: "frames", frames: [{ width: 1024, height: 1024 }] },
		countPerCall: 1,
		maxInputImages: 0,
		mask: false,
		seed: "ignored",
		negativePrompt: "folded",
		qualities: [],
		backgrounds: [],
		partialImages: 3,
	});
	assert.equal(twice?.capabilities.maxInputImages, 2);
	assert.equal(twice?.capabilities.mask, true);
	assert.equal(poster?.providerModel, "bare");
	assert.equal(poster?.capabilities.maxInputImages, 9);
	assert.equal(poster?.capabilities.countPerCall, 1);
});

test("a workflow draws in its own shape when nothing names another", () => {
	const { sizing } = capabilitiesOf({
		graph: {
			"5": {
				class_type: "EmptyLatentImage",
				inputs: { width: 512, height: 768 },
			},
		},
		inputs: {},
	});
	assert.deepEqual(sizing, {
		kind: "frames",
		frames: [{ width: 512, height: 768 }],
	});
});

const editorsFormat = fileOf("editor.json", {
	nodes: [],
	links: [],
	version: 0.4,
});
const promptless = fileOf("promptless.json", {
	"1": { class_type: "LoadImage", inputs: { image: "x.png" } },
});

for (const [what, workflow, expected] of [
	[
		"a file that is not there",
		{ file: `${directory}/none.json` },
		/workflows\.x\.file .*none\.json cannot be read \(ENOENT\)/,
	],
	[
		"a file that is no JSON",
		{ file: fileOf("text.json", "hello") },
		/text\.json is not JSON/,
	],
	[
		"a file as the editor saves it",
		{ file: editorsFormat },
		/editor\.json is not a workflow in API format/,
	],
	[
		"a node that is missing",
		{
			file: plain,
			inputs: { prompt: "prompt.inputs.text", seed: "99.inputs.seed" },
		},
		/workflows\.x\.inputs\.seed .*plain\.json has no node 99/,
	],
	[
		"an input that is missing",
		{ file: plain, inputs: { prompt: "sampler.inputs.text" } },
		/inputs\.prompt .*node sampler \(KSampler\) of .*plain\.json has no input text/,
	],
	[
		"an output that is missing",
		{ file: plain, output: "7" },
		/workflows\.x\.output .*plain\.json has no node 7/,
	],
	[
		"a prompt that nobody named",
		{ file: plain, inputs: { seed: "sampler.inputs.seed" } },
		/where the prompt belongs in .*plain\.json must be named/,
	],
	[
		"a prompt that cannot be found",
		{ file: promptless },
		/where the prompt belongs in .*promptless\.json is not plain/,
	],
	[
		"a place that is none",
		{ file: plain, inputs: { prompt: "prompt/text" } },
		/workflows\.x\.inputs\.prompt/,
	],
	[
		"an input of another name",
		{ file: plain, inputs: { propmt: "6.inputs.text" } },
		/propmt/,
	],
	[
		"a width without a height",
		{
			file: plain,
			inputs: { prompt: "prompt.inputs.text", width: "latent.inputs.width" },
		},
		/both or neither/,
	],
	[
		"a mask without an image",
		{
			file: plain,
			inputs: { prompt: "prompt.inputs.text", mask: "latent.inputs.width" },
		},
		/a mask is of an image/,
	],
] as const)
	test(`${what} is told at the start`, () => {
		const { faults } = configure({}, { workflows: { x: workflow } });
		assert.ok(
			faults.some((fault) => expected.test(fault)),
			faults.join("\n"),
		);
	});

test("a model without a workflow, and a checkpoint that would not be used, are told at the start", () => {
	const models = configure({}, { models: ["nothing"] });
	assert.match(models.faults.join(), /nothing, which is no workflow/);
	const both = configure({ COMFYUI_WORKFLOW: plain, COMFYUI_CHECKPOINT: "x" });
	assert.match(both.faults.join(), /a checkpoint would not be used/);
});

test("what is missing is told on the start-up page", () => {
	const detailOf = (environment: Record<string, string>) =>
		configure(environment).instance?.open({
			openHttp: () => ({ close: async () => {} }),
			fetchGuarded: () => {},
		} as never).readiness;
	assert.deepEqual(detailOf({}), {
		status: "not_configured",
		detail: "COMFYUI_URL is not set",
	});
	assert.deepEqual(detailOf({ COMFYUI_URL: "http://gpu:8188" }), {
		status: "not_configured",
		detail: "neither COMFYUI_WORKFLOW nor COMFYUI_CHECKPOINT is set",
	});
	assert.deepEqual(
		detailOf({ COMFYUI_URL: "http://gpu:8188", COMFYUI_CHECKPOINT: "x" }),
		{ status: "ready", detail: "asks gpu:8188, 1 workflow" },
	);
});
