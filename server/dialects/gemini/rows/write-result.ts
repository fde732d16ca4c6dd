/** Writes a line that tells what came of a row: a generateContent response, or why there is none. */
import type { ResultRow } from "../../../engine/catalogues/line-form.ts";
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import { EngineError } from "../../../engine/errors.ts";
import type { DialectContext } from "../../dialect.ts";
import { answered, errorOf } from "../batches/line-translator.ts";
import {
	type AnsweredAsk,
	blockedBody,
	wholeAnswer,
} from "../content/answer.ts";

const NOTHING_ASKED = { text: "", pictures: 0 };

/** @returns a JSON value; pictures in it are read as they are written. */
export async function writeResult(
	context: DialectContext,
	row: ResultRow,
): Promise<unknown> {
	const { writtenKey: key, error } = row;
	if (error === null) return { key, ...(await outcomeOf(context, row)) };
	if (error.code !== "content_blocked")
		return { key, error: errorOf(error, "file") };
	const refused = new EngineError(error.code, error.message);
	const name = modelOf(row);
	return {
		key,
		response: blockedBody({ name, asked: NOTHING_ASKED }, refused),
	};
}

async function outcomeOf(
	context: DialectContext,
	row: ResultRow,
): Promise<object> {
	const { generation, prompt, photos, inlinePhotos } = row;
	if (generation !== null && generation.images.length === 0) {
		const message = "The pictures were deleted.";
		return { error: errorOf({ code: "not_found", message }, "file") };
	}
	const { outputFormat: format, outputQuality } = row.wishes;
	const ask: AnsweredAsk = {
		name: modelOf(row),
		delivery: { hasText: false, format, compressionQuality: outputQuality },
		asked: { text: prompt, pictures: photos.length + inlinePhotos },
		warnings: [],
	};
	const body = await wholeAnswer(context, ask, eventsOf(row));
	return answered(body ?? {});
}

/** The description, if there is one, and the picture that was drawn from it. */
async function* eventsOf({
	catalogue,
	position,
	description,
	generation,
	credits,
}: ResultRow): AsyncGenerator<ReplyEvent> {
	yield {
		kind: "begin",
		id: generation?.id ?? `row_${catalogue.id.replace(/^\w+_/, "")}${position}`,
		model: generation?.model ?? "",
		answer: generation === null ? "text" : "picture",
		createdAt: generation?.createdAt ?? catalogue.createdAt,
		isTrimmed: false,
	};
	if (description !== null) yield { kind: "text", text: description };
	if (generation !== null) yield { kind: "picture", generation };
	const { usage = null, warnings = [] } = generation ?? {};
	yield { kind: "end", reason: "stop", usage, credits, warnings };
}

function modelOf({ generation, describedBy }: ResultRow): string {
	return generation?.model ?? describedBy ?? "gesso";
}
