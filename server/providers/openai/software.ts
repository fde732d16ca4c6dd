/** What the programs that speak OpenAI's API do in their own way, as data. */

import type { ImageCall } from "../provider.ts";
import { base64Of } from "../wire/bodies.ts";

/** Members of a JSON body, or fields of a form; `undefined` is left out. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Software {
	/** Whether seeds and negative prompts mean something to it, as long as nobody says otherwise. */
	readonly takesSeed: boolean;
	readonly takesNegativePrompt: boolean;
	/** Whether it takes a mask as OpenAI means it: what is transparent in it is drawn anew. */
	readonly takesMask: boolean;
	/** Where input images go: to `images/edits` in a form, or with the other fields. */
	readonly edits: boolean;
	/** The prompt, with all in it that this program reads out of prompts. */
	prompt(call: ImageCall): string;
	/** What the call has beyond the fields that every server knows. */
	fields(call: ImageCall): Fields;
}

/**
 * Most servers, vLLM-Omni among them, take a seed and a negative prompt as fields if they take them at all. OpenAI's
 * documents know neither, so that a server which is not known to take them is taken to ignore them.
 */
const plain: Software = {
	takesSeed: false,
	takesNegativePrompt: false,
	takesMask: true,
	edits: true,
	prompt: ({ prompt }) => prompt,
	fields: ({ seed, negativePrompt }) => ({
		seed,
		negative_prompt: negativePrompt,
	}),
};

const EXTRA_ARGUMENTS = "sd_cpp_extra_args";

/**
 * The server of stable-diffusion.cpp passes over fields that OpenAI lacks, and reads its own arguments out of the prompt
 * (its `examples/server/api.md`). It takes the first that it finds, so ours go first: nobody who writes a prompt may
 * set steps and files. Its masks are white where something is to be drawn anew, and their transparency is ignored.
 */
const sdServer: Software = {
	takesSeed: true,
	takesNegativePrompt: true,
	takesMask: false,
	edits: true,
	prompt: ({ prompt, seed, negativePrompt }) => {
		const isNeeded =
			seed !== undefined ||
			negativePrompt !== undefined ||
			prompt.includes(EXTRA_ARGUMENTS);
		if (!isNeeded) return prompt;
		const extra = JSON.stringify({ seed, negative_prompt: negativePrompt });
		// An angle bracket in a negative prompt must not end the arguments.
		return `<${EXTRA_ARGUMENTS}>${extra.replaceAll("<", "\\u003c")}</${EXTRA_ARGUMENTS}>${prompt}`;
	},
	fields: () => ({}),
};

/**
 * LocalAI takes what follows a bar in the prompt for the negative prompt, and drops what follows a second one. It has no
 * `images/edits`: reference images come as base64 with the other fields, and masks not at all (its
 * `core/http/endpoints/openai/image.go`).
 */
const localAi: Software = {
	takesSeed: true,
	takesNegativePrompt: true,
	takesMask: false,
	edits: false,
	prompt: ({ prompt, negativePrompt }) =>
		[prompt, ...(negativePrompt === undefined ? [] : [negativePrompt])]
			.map((text) => text.replaceAll("|", "｜"))
			.join("|"),
	fields: ({ seed, inputImages }) => ({
		seed,
		ref_images:
			inputImages.length === 0 ? undefined : inputImages.map(base64Of),
	}),
};

/** By the names that the configuration has for them. */
export const software = {
	plain,
	"sd-server": sdServer,
	localai: localAi,
} as const satisfies Record<string, Software>;

export type SoftwareName = keyof typeof software;
