/** `gesso generate`: draws from a few words, and saves what comes of it. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Generation, GenerationAsk } from "@gesso/client/generation";
import { GessoError } from "@gesso/client/gesso-error";
import { type Context, defineCommand } from "../../command-line/command.ts";
import type { Values } from "../../command-line/options.ts";
import { EXIT, Refusal } from "../../command-line/refusal.ts";
import { FORMAT_OPTION, readFormat } from "../../files/picture-format.ts";
import {
	OWN,
	type Reached,
	SERVER_OPTIONS,
	withServer,
} from "../../reach/reach-server.ts";
import { count, counted } from "../../terminal/words.ts";
import { pictureFiles } from "./picture-files.ts";
import { savePictures, warn } from "./save-pictures.ts";

const OPTIONS = {
	out: {
		kind: "text",
		short: "o",
		value: "FILE",
		meaning:
			"Where it is saved: a file or a folder; several pictures get -1, -2 before the ending. Named after the prompt when left out",
	},
	force: { kind: "flag", meaning: "Overwrites files that are there" },
	format: FORMAT_OPTION,
	"dry-run": { kind: "flag", meaning: "Shows the price, and draws nothing" },
	model: {
		kind: "text",
		value: "NAME",
		meaning: "Who draws; `gesso model list` lists them",
	},
	count: { kind: "number", value: "N", meaning: "How many pictures" },
	"aspect-ratio": {
		kind: "text",
		value: "W:H",
		meaning: "As 1:1 (when left out), 4:3, 16:9",
	},
	resolution: {
		kind: "text",
		value: "TIER",
		meaning: "low, standard (when left out), high or 4k",
	},
	size: {
		kind: "text",
		value: "WxH",
		meaning: "Exact pixels, as 1200x628, in the place of --aspect-ratio",
	},
	seed: {
		kind: "number",
		value: "N",
		meaning: "Draws the same picture again, where the model heeds it",
	},
	negative: { kind: "text", value: "TEXT", meaning: "What to leave out" },
	image: {
		kind: "list",
		short: "i",
		value: "FILE",
		meaning:
			"A picture to draw from or to change: a file or a URL; may be given again",
	},
	...SERVER_OPTIONS,
} as const;

type Wishes = Values<typeof OPTIONS>;

export const generate = defineCommand({
	name: "generate",
	summary: "Draws a picture from a few words",
	usage: "PROMPT [-o FILE] [options]",
	description: `Draws from a few words, and saves the bytes exactly as they were drawn. Where no server runs, it runs one of its own
meanwhile.`,
	options: OPTIONS,
	examples: [
		'gesso generate "a fox in the snow" -o fox.png',
		'gesso generate "a fox in the snow" --aspect-ratio 16:9 --resolution high --count 3 -o foxes/fox.png',
		'gesso generate "the same fox at night" --image fox.png -o night.png',
		'gesso generate "a fox in the snow" --model gemini-3-pro-image --dry-run',
	],
	run: async ({ values, operands }, context) => {
		const prompt = promptOf(operands);
		const format = readFormat(values.format);
		const files = pictureFiles({
			directory: context.directory,
			named: values.out,
			prompt,
			count: values.count ?? 1,
			mayOverwrite: values.force || values["dry-run"],
		});
		const ask = await askOf(prompt, values, context);
		return await withServer(context, values, async (reached) => {
			if (values["dry-run"]) return await showQuote(context, reached, ask);
			const generation = await drawn(context, reached, ask);
			const saved = await savePictures(context, reached, generation, {
				files,
				format,
			});
			return saved === (values.count ?? 1) ? EXIT.done : EXIT.failed;
		});
	},
});

function promptOf(operands: readonly string[]): string {
	const [prompt, ...others] = operands;
	if (prompt === undefined || prompt.trim() === "")
		throw new Refusal(
			"What is to be drawn?",
			'gesso generate "a fox in the snow" -o fox.png',
		);
	if (others.length > 0)
		throw new Refusal(
			`The prompt is "${prompt}", and "${others.join(" ")}" is too much.`,
			"Put the whole prompt in quotes; a file to save in comes behind -o.",
		);
	return prompt;
}

async function askOf(
	prompt: string,
	values: Wishes,
	{ directory }: Context,
): Promise<GenerationAsk> {
	const isUrl = (image: string) => /^https?:\/\//i.test(image);
	const urls = values.image.filter(isUrl);
	const images = await Promise.all(
		values.image
			.filter((image) => !isUrl(image))
			.map(async (file) => {
				const bytes = await readFile(path.resolve(directory, file)).catch(
					(fault: unknown) => {
						throw new Refusal(
							`The picture ${file} cannot be read: ${fault instanceof Error ? fault.message : fault}`,
							"--image is a file or a URL.",
						);
					},
				);
				return { data: bytes.toString("base64") };
			}),
	);
	return {
		prompt,
		negativePrompt: values.negative,
		modelVersion: values.model,
		sampleCount: values.count,
		aspectRatio: values["aspect-ratio"],
		resolution: values.resolution,
		size: values.size,
		seed: values.seed,
		refImageBase64: images.length > 0 ? images : undefined,
		refImageUrls: urls.length > 0 ? urls : undefined,
	};
}

async function showQuote(
	{ terminal }: Context,
	{ client, address, signal }: Reached,
	ask: GenerationAsk,
): Promise<number> {
	const quote = await client.generations.quote(ask, { signal });
	const { price, balance, width, height, model, sampleCount } = quote;
	terminal.say(
		`${counted(sampleCount, "picture")} of ${width}x${height} by ${model}: ${counted(price.credits, "credit")}${address === OWN ? "" : `, balance ${count(balance)}`}`,
	);
	for (const { message } of quote.warnings) warn(terminal, message);
	return EXIT.done;
}

/** @throws {Refusal} with the reason, when it failed. */
async function drawn(
	context: Context,
	reached: Reached,
	ask: GenerationAsk,
): Promise<Generation> {
	const { client, signal } = reached;
	showProgress(context, 0, undefined);
	const idempotencyKey = randomUUID();
	const { id } = await client.generations.create(ask, {
		signal,
		idempotencyKey,
	});
	const ended = await follow(context, reached, id).catch((error: unknown) => {
		throw whatIsLeft(error, context, reached);
	});
	if (ended.status === "completed") return ended;
	throw new Refusal(
		ended.error ?? "It could not be drawn.",
		"What is not drawn is not paid for.",
		EXIT.failed,
	);
}

async function follow(
	context: Context,
	{ client, signal }: Reached,
	id: string,
): Promise<Generation> {
	const began = Date.now();
	const steps = client.generations.follow(id, { signal });
	for (;;) {
		const { done, value } = await steps.next();
		if (done) return value;
		showProgress(context, Date.now() - began, value.progress);
	}
}

function showProgress(
	{ terminal }: Context,
	elapsedMs: number,
	percent: number | undefined,
): void {
	const far =
		percent === undefined ? `${Math.floor(elapsedMs / 1000)} s` : `${percent}%`;
	terminal.setStatus(terminal.style("dim", `  Drawing… ${far}`));
}

/** Whoever leaves, or is left, is told that the server draws on, so that he does not pay for the same again. */
function whatIsLeft(
	error: unknown,
	{ terminal, signal }: Context,
	{ address }: Reached,
): unknown {
	if (address === OWN) return error;
	const words =
		"It is drawn nevertheless, and will be in the library of the server; the same command would draw another.";
	if (signal.aborted) terminal.complain(`\n  ${words}`);
	return error instanceof GessoError && error.status === null
		? new Refusal(error.message, words, EXIT.failed)
		: error;
}
