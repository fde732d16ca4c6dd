/** Writes the lines of a batch's files: answers, and errors with the status that the endpoint itself would have given. */
import type {
	EndedLine,
	LineContext,
} from "../../../engine/batches/translator.ts";
import { EngineError } from "../../../engine/errors.ts";
import { errorBody, statusOf } from "../errors.ts";
import { batchData } from "./schema.ts";

/** As long as the results may be kept, so that the URLs in them are no shorter-lived. */
const URL_SECONDS = 30 * 24 * 60 * 60;

type WhichLine = Pick<EndedLine, "position" | "customId">;
type LineError = Extract<EndedLine["outcome"], { kind: "failed" }>["error"];

/** Where whoever made a batch finds this server, and for how long the URLs in its results are good. */
export function hearerOf({ dialectData }: Pick<LineContext, "dialectData">) {
	return { ...batchData.parse(dialectData).arrival, urlSeconds: URL_SECONDS };
}

/** @param body what the endpoint would have answered. */
export function answerLine(
	context: Pick<LineContext, "batchId">,
	line: WhichLine,
	body: unknown,
	status_code = 200,
) {
	const { id, requestId } = idsOf(context, line);
	return {
		id,
		custom_id: line.customId,
		response: { status_code, request_id: requestId, body },
		error: null,
	};
}

/** The same however often a file is written. */
function idsOf(
	{ batchId }: Pick<LineContext, "batchId">,
	{ position }: WhichLine,
) {
	const core = `${batchId.replace(/^[a-z]+_/, "")}_${position}`;
	return { id: `batch_req_${core}`, requestId: `req_${core}` };
}

/** A line that was not even begun has no response. */
const NOT_BEGUN = {
	batch_canceled: "batch_cancelled",
	batch_expired: "batch_expired",
} as const;

export function errorLine(
	context: Pick<LineContext, "batchId">,
	line: WhichLine,
	{ code, message, field }: LineError,
) {
	const { id, requestId } = idsOf(context, line);
	if (code === "batch_canceled" || code === "batch_expired") {
		return {
			id,
			custom_id: line.customId,
			response: null,
			error: { code: NOT_BEGUN[code], message },
		};
	}
	const details = field === undefined ? {} : { field };
	const thrown = new EngineError(code, message, { details });
	const body = errorBody(thrown, requestId);
	return answerLine(context, line, body, statusOf(code));
}
