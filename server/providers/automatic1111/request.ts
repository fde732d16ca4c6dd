/** What is asked of the web UI's API. */
import type { ImageCall, InputImage } from "../provider.ts";
import { base64Of, jsonBody } from "../wire/bodies.ts";
import type { VendorCall } from "../wire/vendor.ts";

/** Parameters that every request has from the call, so that nobody need give a default for them. */
export const OWN_PARAMETERS = [
	"prompt",
	"seed",
	"width",
	"height",
	"batch_size",
	"n_iter",
	"init_images",
	"mask",
	"send_images",
] as const;

/** A picture of another shape is cut rather than stretched; 1 is "crop and resize". */
const RESIZE_MODE = 1;

export interface Asked {
	readonly call: ImageCall;
	/** Of the first picture. */
	readonly seed: number;
	/** White where the first input image is to be drawn anew. */
	readonly mask: InputImage | undefined;
	/** The owner's. */
	readonly defaults: Readonly<Record<string, unknown>>;
}

/** @param url the server's, without a slash at its end. */
export function drawingRequest(url: string, asked: Asked): VendorCall {
	const isEdit = asked.call.inputImages.length > 0;
	return {
		url: `${url}/sdapi/v1/${isEdit ? "img2img" : "txt2img"}`,
		body: jsonBody({
			...(isEdit && { resize_mode: RESIZE_MODE }),
			// Else the API draws the masked part alone, and answers in the input image's size.
			...(asked.mask !== undefined && { inpaint_full_res: false }),
			...asked.defaults,
			...wordsOf(asked),
			...(isEdit && {
				init_images: asked.call.inputImages.map((image) => base64Of(image)),
			}),
			...(asked.mask !== undefined && { mask: base64Of(asked.mask) }),
		}),
	};
}

function wordsOf({ call, seed, defaults }: Asked): Record<string, unknown> {
	const { override_settings } = defaults;
	return {
		prompt: call.prompt,
		...(call.negativePrompt !== undefined && {
			negative_prompt: call.negativePrompt,
		}),
		seed,
		width: call.frame.width,
		height: call.frame.height,
		batch_size: call.count,
		n_iter: 1,
		send_images: true,
		...(call.model !== "" && {
			override_settings: {
				...(override_settings as object | undefined),
				sd_model_checkpoint: call.model,
			},
		}),
	};
}
