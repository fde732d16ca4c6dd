/** A response that was answered before, told again as it is now: as its body, or as the events it was answered with. */
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import type { Interaction } from "../../../engine/engine.ts";
import { EngineError } from "../../../engine/errors.ts";
import type { DialectContext } from "../../dialect.ts";
import type { Hearer } from "../answer-pictures.ts";
import { type Frame, messageItem, responseBody } from "./response.ts";
import { responseData } from "./response-data.ts";
import {
	lastResponse,
	type ResponseEvent,
	responseEvents,
} from "./response-events.ts";

/** The same events as those of the answer that was given first, the unfinished pictures left out. */
export function pastEvents(
	context: DialectContext,
	request: Hearer,
	interaction: Interaction,
): AsyncGenerator<ResponseEvent> {
	const frame = frameOf(context, request, interaction);
	return isWhole(interaction)
		? responseEvents(frame, pastReply(interaction))
		: brokenEvents(frame, interaction);
}

/** The response as it is, whatever has become of it. */
export async function pastBody(
	context: DialectContext,
	request: Hearer,
	interaction: Interaction,
): Promise<object> {
	const frame = frameOf(context, request, interaction);
	if (!isWhole(interaction)) return brokenBody(frame, interaction);
	const body = await lastResponse(
		responseEvents(frame, pastReply(interaction)),
	);
	if (body === undefined) throw new Error("A whole answer has a last event");
	return body;
}

/** @throws {EngineError} as the first answer did, when that was none. */
export function requireAnswer({ status, error }: Interaction): void {
	if (status === "in_progress")
		throw new EngineError(
			"wait_timed_out",
			"The same request is being answered still. Ask again under the same Idempotency-Key.",
		);
	if (status !== "failed" && status !== "canceled") return;
	const { code, message } = error ?? {
		code: "canceled",
		message: "The response was canceled.",
	};
	throw new EngineError(code, message);
}

function frameOf(
	context: DialectContext,
	request: Hearer,
	{ dialectData, previousId }: Interaction,
): Frame {
	const data = responseData.parse(dialectData);
	return { context, request, data, isStored: true, previousId };
}

function isWhole({ status, error }: Interaction): boolean {
	return status === "completed" || (status === "incomplete" && error === null);
}

async function* pastReply(
	interaction: Interaction,
): AsyncGenerator<ReplyEvent, void> {
	const { id, model, createdAt, generation, text, status } = interaction;
	const answer = generation === null ? "text" : "picture";
	yield { kind: "begin", id, model, answer, createdAt, isTrimmed: false };
	if (generation !== null) yield { kind: "picture", generation };
	else if (text !== null && text !== "") yield { kind: "text", text };
	const { usage, credits, warnings } = interaction;
	yield {
		kind: "end",
		reason: status === "incomplete" ? "length" : "stop",
		usage,
		credits: credits ?? 0,
		warnings,
	};
}

function brokenBody(
	frame: Frame,
	{ id, model, createdAt, text, status, error }: Interaction,
): object {
	const answered = text ?? "";
	return responseBody(
		frame,
		{ id, model, createdAt, isTrimmed: false },
		{
			output:
				answered === "" ? [] : [messageItem({ id }, answered, "incomplete")],
			answered,
			status,
			error,
		},
	);
}

async function* brokenEvents(
	frame: Frame,
	interaction: Interaction,
): AsyncGenerator<ResponseEvent> {
	const begun = { ...interaction, status: "in_progress", error: null } as const;
	yield { type: "response.created", response: brokenBody(frame, begun) };
	const { status } = interaction;
	if (status === "in_progress") return;
	yield {
		type: `response.${status === "failed" ? "failed" : "incomplete"}`,
		response: brokenBody(frame, interaction),
	};
}
