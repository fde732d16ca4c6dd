/** Lines of a batch that ask for pictures, as /v1/images/generations and /v1/images/edits would be asked. */
import type {
	BatchTranslator,
	LineContext,
	ReadLine,
} from "../../../engine/batches/translator.ts";
import type {
	Generation,
	StagedSource,
} from "../../../engine/generations/request.ts";
import type { DialectContext } from "../../dialect.ts";
import { imagesBody } from "../images/images-body.ts";
import { readEdit, readGeneration } from "../images/translate.ts";
import { bodyIn, customIdIn } from "./request-line.ts";
import { answerLine, errorLine, hearerOf } from "./result-line.ts";
import { DIALECT, type ImageEndpoint } from "./schema.ts";

export function imageLines(
	context: DialectContext,
	endpoint: ImageEndpoint,
): BatchTranslator {
	return {
		dialect: DIALECT,
		endpoint,
		independentLines: false,
		identify: (value) => customIdIn(value, endpoint),
		readLine: async (lineContext, value, occasion) => {
			const body = bodyFor(bodyIn(value), endpoint, occasion);
			return await readRequest(context, endpoint, lineContext, body);
		},
		writeLine: async (lineContext, line) => {
			const { outcome } = line;
			if (outcome.kind === "failed")
				return errorLine(lineContext, line, outcome.error);
			const { generation } = outcome;
			const body = await answerBody(context, lineContext, generation);
			return answerLine(lineContext, line, body);
		},
	};
}

async function readRequest(
	{ engine }: DialectContext,
	endpoint: ImageEndpoint,
	{ principal }: LineContext,
	body: unknown,
): Promise<ReadLine> {
	const staged: StagedSource[] = [];
	const house = { engine, principal, staged };
	const letGo = async () => {
		for (const source of staged) await engine.inputs.discard(source);
	};
	try {
		const request =
			endpoint === "/v1/images/edits"
				? await readEdit(house, body)
				: await readGeneration(house, body);
		return { ask: { kind: "generation", request }, letGo };
	} catch (error) {
		await letGo();
		throw error;
	}
}

/**
 * A file is read at leisure: pictures are in it unless URLs are asked for. And while a batch is only checked, pictures are
 * not fetched for their shape: one drawn in the shape of another costs as the default size does.
 */
function bodyFor(
	body: Readonly<Record<string, unknown>>,
	endpoint: ImageEndpoint,
	occasion: "check" | "work",
): Readonly<Record<string, unknown>> {
	const { response_format, size, image, aspect_ratio, resolution } = body;
	const answered = { ...body, response_format: response_format ?? "b64_json" };
	const isShapedByPicture =
		endpoint === "/v1/images/edits" &&
		(size ?? "auto") === "auto" &&
		(aspect_ratio ?? resolution ?? null) === null &&
		// Jan's clients, who ask so, have it drawn as large as it is, and it costs as much.
		(Array.isArray(image) || (image ?? null) === null);
	return isShapedByPicture && occasion === "check"
		? { ...answered, size: "1024x1024" }
		: answered;
}

async function answerBody(
	{ engine, signedImageUrl }: DialectContext,
	lineContext: LineContext,
	generation: Generation,
): Promise<unknown> {
	const hearer = hearerOf(lineContext);
	return await imagesBody(
		{
			engine,
			usageWords: "openai",
			urlOf: (image, extension, quality) =>
				signedImageUrl(hearer, image, extension, quality, hearer.urlSeconds),
		},
		generation,
	);
}
