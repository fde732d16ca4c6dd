/** The workflow for those who name a checkpoint only: a picture from text, with nodes that every ComfyUI has. */
import { inferInputs } from "./infer-inputs.ts";
import type { Workflow } from "./workflow.ts";

const STEPS = 25;
/** How closely the prompt is followed; what checkpoints are commonly published with. */
const GUIDANCE = 7;

/** @param checkpoint as ComfyUI lists it, `sd_xl_base_1.0.safetensors`. */
export function builtInWorkflow(checkpoint: string): Workflow {
	const graph = {
		checkpoint: {
			class_type: "CheckpointLoaderSimple",
			inputs: { ckpt_name: checkpoint },
		},
		prompt: {
			class_type: "CLIPTextEncode",
			inputs: { text: "", clip: ["checkpoint", 1] },
		},
		negative: {
			class_type: "CLIPTextEncode",
			inputs: { text: "", clip: ["checkpoint", 1] },
		},
		latent: {
			class_type: "EmptyLatentImage",
			inputs: { width: 1024, height: 1024, batch_size: 1 },
		},
		sampler: {
			class_type: "KSampler",
			inputs: {
				model: ["checkpoint", 0],
				positive: ["prompt", 0],
				negative: ["negative", 0],
				latent_image: ["latent", 0],
				seed: 0,
				steps: STEPS,
				cfg: GUIDANCE,
				sampler_name: "dpmpp_2m",
				scheduler: "karras",
				denoise: 1,
			},
		},
		decoded: {
			class_type: "VAEDecode",
			inputs: { samples: ["sampler", 0], vae: ["checkpoint", 2] },
		},
		// Not saved among the owner's own pictures: what is kept is kept here.
		result: { class_type: "PreviewImage", inputs: { images: ["decoded", 0] } },
	};
	return { graph, inputs: inferInputs(graph), output: "result" };
}
