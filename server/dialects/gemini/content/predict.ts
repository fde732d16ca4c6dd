/** Draws for predict: pictures as Imagen's callers asked for them, which is gone at Google and answered by its successors here. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { EngineError, failureOf, invalid } from "../../../engine/errors.ts";
import type {
	Generation,
	GenerationRequest,
} from "../../../engine/generations/request.ts";
import { principalOf } from "../../../http/authenticate.ts";
import { closingSignal } from "../../../http/closing-signal.ts";
import { idempotencyOf } from "../../../http/idempotency.ts";
import { Base64Of } from "../../../net/json-stream.ts";
import type { DialectContext } from "../../dialect.ts";
import { textOrNumber, wholeNumber } from "../field-types.ts";
import type { ModelCall } from "../model-methods.ts";
import { readMessage, tellIgnored } from "../read-message.ts";
import { sendJsonWhenThere } from "../send-json.ts";
import { withoutQuery } from "../without-query.ts";
import { variantOf } from "./answer.ts";
import { aspectRatioOf, formatOf, resolutionOf } from "./image-wishes.ts";
import { seedOf } from "./seed.ts";
import type { Delivery } from "./translate.ts";

const predictRequest = z.object({
	instances: z.array(z.object({ prompt: z.string() })).min(1),
	parameters: z
		.object({
			sampleCount: wholeNumber(
				Number.MIN_SAFE_INTEGER,
				Number.MAX_SAFE_INTEGER,
			).optional(),
			aspectRatio: z.string().optional(),
			sampleImageSize: textOrNumber.optional(),
			imageSize: textOrNumber.optional(),
			negativePrompt: z.string().optional(),
			seed: textOrNumber.optional(),
			outputOptions: z
				.object({
					mimeType: z.string().optional(),
					compressionQuality: wholeNumber(0, 100).optional(),
				})
				.optional(),
			/** What is refused is told anyway. */
			includeRaiReason: z.unknown().optional(),
		})
		.optional(),
});
type Parameters = NonNullable<z.infer<typeof predictRequest>["parameters"]>;

export async function predict(
	context: DialectContext,
	call: ModelCall,
): Promise<FastifyReply> {
	const { engine } = context;
	const { request, reply } = call;
	const principal = principalOf(request);
	const { message, ignored } = readMessage(predictRequest, request.body);
	const [instance, ...others] = message.instances;
	if (others.length > 0 || instance === undefined)
		throw invalid("instances", "There may be one instance.", "one instance");
	const parameters = message.parameters ?? {};
	const delivery = deliveryOf(parameters);
	tellIgnored(reply, ignored);
	const { generation } = await engine.generate(principal, {
		...requestOf(context, call, instance.prompt, parameters),
		idempotency: idempotencyOf(withoutQuery(request)),
	});
	const answer = engine
		.waitForEnd(principal, generation.id, closingSignal(reply))
		.then((ended) => predictionsBody(context, delivery, ended));
	return await sendJsonWhenThere(context, reply, answer);
}

function requestOf(
	context: DialectContext,
	{ name, model }: ModelCall,
	prompt: string,
	parameters: Parameters,
): GenerationRequest {
	const count = parameters.sampleCount ?? 1;
	const seed = seedOf(parameters.seed, "parameters.seed");
	const most = context.engine.maxImagesPerRequest;
	if (count < 1 || count > most)
		throw invalid(
			"parameters.sampleCount",
			`parameters.sampleCount must be a whole number from 1 to ${most}.`,
			`a whole number from 1 to ${most}`,
		);
	return {
		dialect: "gemini",
		prompt,
		negativePrompt: parameters.negativePrompt || undefined,
		model: name,
		count,
		seeds:
			seed === undefined
				? undefined
				: // One near the end goes on at the beginning.
					Array.from({ length: count }, (_, index) => (seed + index) % 2 ** 31),
		aspectRatio: aspectRatioOf(
			parameters.aspectRatio,
			"parameters.aspectRatio",
		),
		resolution: resolutionOf(
			context,
			{ name, model },
			parameters.sampleImageSize ?? parameters.imageSize,
			"parameters.sampleImageSize",
		),
	};
}

function deliveryOf({ outputOptions }: Parameters): Delivery {
	return {
		hasText: false,
		format: formatOf(
			outputOptions?.mimeType,
			"parameters.outputOptions.mimeType",
		),
		compressionQuality: outputOptions?.compressionQuality,
	};
}

/** @throws {EngineError} when nothing was drawn, unless it was refused: that is told in the place of a picture. */
async function predictionsBody(
	{ engine }: DialectContext,
	delivery: Delivery,
	{ id, status, images, error, warnings }: Generation,
) {
	const told = {
		...(warnings.length > 0 && { warnings }),
	};
	if (error?.code === "content_blocked") {
		return { predictions: [{ raiFilteredReason: error.message }], ...told };
	}
	if (error !== null) throw failureOf(id, error);
	if (status !== "completed")
		throw new EngineError(
			"wait_timed_out",
			`The pictures were not finished within ${engine.syncWaitSeconds} seconds. They go on being drawn, and will be in the library.`,
			{ details: { generationId: id } },
		);
	const variant = variantOf(delivery);
	return {
		predictions: await Promise.all(
			images.map(async (image) => ({
				mimeType: engine.variantFacts(image, variant).mediaType,
				bytesBase64Encoded: new Base64Of(
					await engine.variantSize(image, variant),
					async () => (await engine.openVariant(image, variant)).stream,
				),
			})),
		),
		...told,
	};
}
