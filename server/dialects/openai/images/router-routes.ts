/** POST /v1/images and GET /v1/images/models: the same pictures for clients that speak the image API of a router of models. */
import type { ListedModel } from "../../../engine/engine.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import type { DialectContext } from "../../dialect.ts";
import { askedInJson } from "./asked.ts";
import { draw } from "./draw.ts";
import { OUTPUT_FORMATS } from "./fields.ts";
import { routerBody } from "./schema.ts";
import { readEdit, readGeneration } from "./translate.ts";

const docs = { tags: ["OpenAI images"], security: [{ apiKey: [] }] };
const TIERS = { low: "512", standard: "1K", high: "2K", "4k": "4K" } as const;
/** S3-23. */
const MAX_COUNT = 10;

export function registerRouterImages(
	server: HttpServer,
	context: DialectContext,
): void {
	server.post(
		"/images",
		{
			validatorCompiler: () => (value: unknown) => ({ value }),
			schema: {
				...docs,
				summary: "Generate images, as OpenRouter's clients ask",
				description:
					"As /v1/images/generations, with pictures in `input_references`.",
				body: routerBody,
			},
		},
		async (request, reply) =>
			await draw(context, request, reply, {
				events: "image_generation",
				usageWords: "openrouter",
				read: (house) =>
					askedInJson(
						request,
						house,
						hasReferences(request.body) ? readEdit : readGeneration,
					),
			}),
	);

	server.get(
		"/images/models",
		{ schema: { ...docs, summary: "List what the image models can be asked" } },
		async () => ({
			data: context.engine.listModels().flatMap((model) => {
				const isListed = model.status === "ready" && model.retired === null;
				return isListed && model.image !== null
					? [modelBody(model, model.image)]
					: [];
			}),
		}),
	);
}

function hasReferences(body: unknown): boolean {
	const { input_references } = (body ?? {}) as { input_references?: unknown };
	return Array.isArray(input_references) && input_references.length > 0;
}

function modelBody(
	{ id, title, description, offers }: ListedModel,
	image: NonNullable<ListedModel["image"]>,
) {
	const { resolutions } = image;
	return {
		id,
		name: title,
		description,
		created: 0,
		architecture: {
			input_modalities:
				image.maxReferenceImages > 0 ? ["text", "image"] : ["text"],
			output_modalities: ["image"],
		},
		supported_parameters: parametersOf(image),
		supports_streaming: true,
		endpoints: offers
			.filter(({ isReady }) => isReady)
			.map(({ provider, providerModel }) => ({
				provider_name: provider,
				model: providerModel,
				credits_per_image: Object.fromEntries(
					resolutions.map(({ resolution, creditsPerImage }) => [
						TIERS[resolution],
						creditsPerImage,
					]),
				),
			})),
	};
}

function parametersOf(image: NonNullable<ListedModel["image"]>) {
	const { aspectRatios, maxReferenceImages, qualities, backgrounds } = image;
	const oneOf = (values: readonly string[]) => ({ type: "enum", values });
	const range = (min: number, max: number) => ({ type: "range", min, max });
	return {
		n: range(1, MAX_COUNT),
		aspect_ratio: oneOf([...aspectRatios.native, ...aspectRatios.fitted]),
		resolution: oneOf(
			image.resolutions.map(({ resolution }) => TIERS[resolution]),
		),
		output_format: oneOf(OUTPUT_FORMATS),
		output_compression: range(0, 100),
		...(maxReferenceImages > 0 && {
			input_references: range(0, maxReferenceImages),
		}),
		...(image.honoursSeed && { seed: { type: "boolean" } }),
		...(qualities.length > 0 && { quality: oneOf(qualities) }),
		...(backgrounds.length > 0 && { background: oneOf(backgrounds) }),
		...(image.partialImages > 0 && {
			partial_images: range(0, image.partialImages),
		}),
	};
}
