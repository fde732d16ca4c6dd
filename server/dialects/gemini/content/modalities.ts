/** Decides whether a picture or words are the answer, from the modalities that a request names and what the model can do. */
import type { ReplyRequest } from "../../../engine/chat/reply-request.ts";
import { invalid } from "../../../engine/errors.ts";
import type { NamedModel } from "../model-names.ts";
import type { ContentRequest } from "./schema.ts";

export interface Answer {
	readonly kind: "picture" | "text";
	readonly modalities: NonNullable<ReplyRequest["modalities"]>;
}

/** Pictures and words where nothing is said, as far as the model has them. @throws {EngineError} for sounds and the like. */
export function answerOf(
	{ model }: NamedModel,
	{ generationConfig }: ContentRequest,
): Answer {
	const field = "generationConfig.responseModalities";
	const said = (generationConfig?.responseModalities ?? [])
		.map((each) => each.toUpperCase().replace(/^MODALITY_/, ""))
		.filter((each) => each !== "" && each !== "UNSPECIFIED");
	const unknown = said.find((each) => each !== "TEXT" && each !== "IMAGE");
	if (unknown !== undefined)
		throw invalid(
			field,
			`The model does not support the requested response modality ${unknown.slice(0, 50)}; it has TEXT and IMAGE.`,
			"TEXT, IMAGE or both",
		);
	const draws = model.image !== null;
	const wanted = said.length > 0 ? said : draws ? ["TEXT", "IMAGE"] : ["TEXT"];
	const hasText = wanted.includes("TEXT");
	const hasImage = wanted.includes("IMAGE");
	return {
		kind: draws && hasImage ? "picture" : "text",
		modalities: [
			...(hasText ? (["text"] as const) : []),
			...(hasImage ? (["image"] as const) : []),
		],
	};
}
