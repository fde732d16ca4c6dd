/** Reads what came of a batch's lines. */
import {
	type BatchResult,
	type CallContext,
	type DrawnImage,
	ProviderError,
} from "../provider.ts";
import { resultsGone } from "../wire/forgotten-batches.ts";
import { Refusal } from "../wire/refusal.ts";
import { finishOf, saidIn } from "./chat.ts";
import { drawnImagesOf } from "./drawn-images.ts";
import { answeredError } from "./faults.ts";
import { isPicture, listAt, numberAt, textAt, valueAt } from "./read-json.ts";
import type { OpenAiServer } from "./server.ts";
import { consumptionOf } from "./usage.ts";

const FILE_GONE: ReadonlySet<number> = new Set([404, 410]);

/**
 * A line that cannot be read names nobody, so nothing came of the request it belongs to.
 * @throws {ProviderError}, which no repetition helps once the file is gone, and the signal's own reason.
 */
export async function* batchResultsOf(
	fileId: string,
	server: OpenAiServer,
	context: CallContext,
): AsyncGenerator<BatchResult, void> {
	const url = server.urlOf(`files/${encodeURIComponent(fileId)}/content`);
	try {
		for await (const line of server.vendor.lines({ url }, context, isPicture)) {
			if (line.kind !== "json") continue;
			const key = textAt(line.value, "custom_id");
			if (key !== undefined)
				yield await resultOf(key, line.value, server, context);
		}
	} catch (error) {
		if (!(error instanceof Refusal && FILE_GONE.has(error.status))) throw error;
		throw resultsGone(`${server.name}: the results in ${fileId}`, error);
	}
}

async function resultOf(
	key: string,
	line: unknown,
	server: OpenAiServer,
	context: CallContext,
): Promise<BatchResult> {
	try {
		return await readLine(key, line, server, context);
	} catch (error) {
		if (!(error instanceof ProviderError)) throw error;
		return { key, kind: "failed", error };
	}
}

/** @throws {ProviderError} with why nothing came of it. */
async function readLine(
	key: string,
	line: unknown,
	server: OpenAiServer,
	context: CallContext,
): Promise<BatchResult> {
	const body = valueAt(line, "response", "body");
	const status = numberAt(line, "response", "status_code");
	if (status === undefined)
		throw answeredError(server.name, line, { mayBePaid: false });
	if (status < 200 || status > 299)
		throw answeredError(server.name, body, { status, mayBePaid: false });
	const choice = valueAt(body, "choices", 0);
	finishOf(choice, server.name);
	const images: DrawnImage[] = await drawnImagesOf(
		listAt(body, "data"),
		server,
		context,
		undefined,
	);
	let text = "";
	for await (const said of saidIn(choice, server, context)) {
		if (said.kind === "text") text += said.text;
		else images.push(said.image);
	}
	if (images.length === 0 && text === "")
		throw new ProviderError(
			"unavailable",
			`${server.name} answered a batch's line with nothing`,
			{ mayBePaid: true },
		);
	const output = choice === undefined ? "image" : "text";
	return { key, kind: "done", images, text, ...consumptionOf(body, output) };
}
