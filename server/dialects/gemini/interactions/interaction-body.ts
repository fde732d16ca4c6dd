/** An interaction as Google's SDKs read it; names in snake_case, as this API has them. */
import type { Interaction } from "../../../engine/engine.ts";
import { EngineError } from "../../../engine/errors.ts";
import { Base64Of } from "../../../net/json-stream.ts";
import type { DialectContext } from "../../dialect.ts";
import { variantOf } from "../content/answer.ts";
import { estimatedUsage, textTokens } from "../content/tokens.ts";
import { timeOf } from "../files/file-body.ts";
import { signatureOf } from "../picture-signature.ts";
import { interactionErrorBody } from "./errors.ts";
import { type InteractionData, interactionData } from "./interaction-data.ts";

type Body = Readonly<Record<string, unknown>>;
type BodyContext = Pick<DialectContext, "engine" | "signedNotes">;

const STATUS: Readonly<Record<Interaction["status"], string>> = {
	in_progress: "in_progress",
	completed: "completed",
	incomplete: "incomplete",
	failed: "failed",
	canceled: "cancelled",
};

/** What stands before a picture, when words are wanted. */
const WORDS = "Here is your picture.";
const NOTHING_ASKED = { text: "", pictures: 0 };

/** Without its steps. @param interaction without an id when it is not stored. */
export function headBody(
	interaction: Omit<Interaction, "id"> & { readonly id?: string },
): Body {
	const { id, previousId, error } = interaction;
	return {
		...(id !== undefined && { id }),
		object: "interaction",
		model: interaction.model,
		status: STATUS[interaction.status],
		created: timeOf(interaction.createdAt),
		updated: timeOf(interaction.updatedAt),
		...(previousId !== null && { previous_interaction_id: previousId }),
		...(error !== null && {
			error: interactionErrorBody(new EngineError(error.code, error.message)),
		}),
	};
}

/** @returns JSON; pictures in it are `Base64Of`. */
export async function interactionBody(
	context: BodyContext,
	interaction: Omit<Interaction, "id"> & { readonly id?: string },
): Promise<Body> {
	const usage = usageBody(interaction);
	return {
		...headBody(interaction),
		steps: await stepsOf(context, interaction),
		...(usage !== null && { usage }),
	};
}

type Answer = Pick<Interaction, "text" | "generation" | "dialectData">;

async function stepsOf(
	context: BodyContext,
	answer: Answer,
): Promise<readonly Body[]> {
	const content = await contentOf(context, answer);
	if (content.length === 0) return [];
	const [image] = answer.generation?.images ?? [];
	return [
		...(image === undefined
			? []
			: [{ type: "thought", signature: signatureOf(context, image) }]),
		{ type: "model_output", content },
	];
}

/** The parts of an answer, in order. */
export async function contentOf(
	{ engine }: BodyContext,
	{ text, generation, dialectData }: Answer,
): Promise<readonly Body[]> {
	const { delivery } = interactionData.parse(dialectData);
	const variant = variantOf(delivery);
	const images = generation?.images ?? [];
	const words = images.length > 0 && delivery.hasText ? WORDS : text;
	return [
		...(words === null || words === "" ? [] : [{ type: "text", text: words }]),
		...(await Promise.all(
			images.map(async (image) => ({
				type: "image",
				mime_type: engine.variantFacts(image, variant).mediaType,
				data: new Base64Of(
					await engine.variantSize(image, variant),
					async () => (await engine.openVariant(image, variant)).stream,
				),
			})),
		)),
	];
}

/** `null` while there is nothing to count. */
export function usageBody({
	model,
	status,
	usage,
	text,
	generation,
	dialectData,
}: Omit<Interaction, "id">): Body | null {
	if (status !== "completed" && status !== "incomplete") return null;
	const { input } = interactionData.parse(dialectData);
	const counted = usage ?? estimate(model, input, text, generation);
	const total_input_tokens = counted.inputTextTokens + counted.inputImageTokens;
	const total_output_tokens =
		counted.outputTextTokens + counted.outputImageTokens;
	return {
		total_input_tokens,
		total_output_tokens,
		total_thought_tokens: 0,
		total_tokens: total_input_tokens + total_output_tokens,
	};
}

function estimate(
	model: string,
	input: InteractionData["input"],
	text: string | null,
	generation: Interaction["generation"],
): NonNullable<Interaction["usage"]> {
	const output =
		generation === null
			? { outputTextTokens: textTokens(text ?? ""), outputImageTokens: 0 }
			: estimatedUsage(model, NOTHING_ASKED, generation);
	const { outputTextTokens, outputImageTokens } = output;
	return { ...input, outputTextTokens, outputImageTokens };
}
