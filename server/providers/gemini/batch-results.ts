/** What came of a batch, line by line, each line on its own. */
import type { LiftedLine } from "../../net/lifted-lines.ts";
import {
	type BatchResult,
	type CallContext,
	ProviderError,
} from "../provider.ts";
import { resultsGone } from "../wire/forgotten-batches.ts";
import { Refusal } from "../wire/refusal.ts";
import { downloadUrl, type GeminiAccount, resourceUrl } from "./account.ts";
import { imagesIn, isPictureData, readAnswer, textIn } from "./answer.ts";
import { providerErrorOf } from "./faults.ts";
import { type Fields, fieldsOf, listOf, textOf } from "./reading.ts";
import { readUsage } from "./usage.ts";
import { refusalIn, withoutAnything } from "./verdict.ts";

const KEY_AT_START = /^\s*\{\s*"key"\s*:\s*("(?:[^"\\]|\\.)*")/;
const KEY_AT_END = /"key"\s*:\s*("(?:[^"\\]|\\.)*")\s*\}\s*$/;

/** What it says of a file that it has no more: the first is its own word for that, of a key that it took a moment ago. */
const FILE_GONE: ReadonlySet<number> = new Set([403, 404, 410]);

/**
 * They may be read again and again, as long as the vendor keeps them: it forgets files after 48 hours.
 * @throws {ProviderError}, which no repetition helps once they are gone, and the signal's own reason.
 */
export async function* readResults(
	account: GeminiAccount,
	batchId: string,
	context: CallContext,
): AsyncGenerator<BatchResult, void> {
	const operation = await readOperation(account, batchId, context);
	const outputs = outputsIn(operation);
	const file = outputs
		.map(({ responsesFile }) => textOf(responsesFile))
		.find((found) => found !== undefined);
	if (file !== undefined) {
		yield* resultsInFile(account, file, context);
		return;
	}
	const inlined = outputs
		.map(({ inlinedResponses }) =>
			listOf(fieldsOf(inlinedResponses).inlinedResponses),
		)
		.find(({ length }) => length > 0);
	for (const [index, each] of (inlined ?? []).entries()) {
		const fields = fieldsOf(each);
		const key = textOf(fieldsOf(fields.metadata).key);
		yield resultOf(account.name, key ?? `line-${index + 1}`, fields);
	}
}

async function readOperation(
	account: GeminiAccount,
	batchId: string,
	context: CallContext,
): Promise<Fields> {
	try {
		const { value } = await account.vendor.json(
			{ url: resourceUrl(account, batchId) },
			context,
			isPictureData,
		);
		return fieldsOf(value);
	} catch (error) {
		if (!(error instanceof Refusal && error.isMissing)) throw error;
		throw resultsGone(`${account.name}: the results of ${batchId}`, error);
	}
}

/** The same output may stand in both; old clients read the one, new ones the other. */
function outputsIn({ metadata, response }: Fields): readonly Fields[] {
	return [fieldsOf(fieldsOf(metadata).output), fieldsOf(response)];
}

async function* resultsInFile(
	account: GeminiAccount,
	file: string,
	context: CallContext,
): AsyncGenerator<BatchResult, void> {
	const { name, vendor } = account;
	const download = { url: downloadUrl(account, file) };
	try {
		for await (const line of vendor.lines(download, context, isPictureData))
			yield resultOfLine(name, line);
	} catch (error) {
		if (!(error instanceof Refusal && FILE_GONE.has(error.status))) throw error;
		throw resultsGone(`${name}: the results in ${file}`, error);
	}
}
function resultOfLine(name: string, line: LiftedLine): BatchResult {
	const nameless = `line-${line.number}`;
	if (line.kind === "json") {
		const fields = fieldsOf(line.value);
		return resultOf(name, textOf(fields.key) ?? nameless, fields);
	}
	return {
		key: keyIn(line.start, line.end) ?? nameless,
		kind: "failed",
		error: new ProviderError(
			"unavailable",
			`${name}: line ${line.number} of a batch's results cannot be read: ${line.reason.message}`,
			{ mayBePaid: true, cause: line.reason },
		),
	};
}

/** The key of a line that cannot be read as a whole. Its own is the first or the last member; inside, there may be others. */
function keyIn(start: string, end: string): string | undefined {
	const [, quoted] = KEY_AT_START.exec(start) ?? KEY_AT_END.exec(end) ?? [];
	if (quoted === undefined) return undefined;
	try {
		return textOf(JSON.parse(quoted));
	} catch {
		return undefined;
	}
}

function resultOf(
	name: string,
	key: string,
	{ response, error }: Fields,
): BatchResult {
	if (error !== undefined && error !== null)
		return {
			key,
			kind: "failed",
			error: providerErrorOf(error, `${name}: a line of a batch failed`, false),
		};
	const answer = readAnswer(response);
	const images = imagesIn(answer.parts, undefined);
	const text = textIn(answer.parts);
	const usage = readUsage(answer.usageMetadata, images.length > 0);
	if (images.length === 0) {
		const fault =
			refusalIn(name, answer, usage) ??
			(text === "" ? withoutAnything(name, answer, usage) : undefined);
		if (fault !== undefined) return { key, kind: "failed", error: fault };
	}
	return { key, kind: "done", images, text, usage, costDollars: undefined };
}
