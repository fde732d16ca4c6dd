/** Fetches and checks reference pictures, before anything is charged or kept. */
import { OutboundError } from "../../net/outbound-guard.ts";
import { checkUploadedImage, ImageError } from "../../pixels/inspect.ts";
import { type StagedFile, StagingLimitError } from "../../storage/staging.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, invalid } from "../errors.ts";
import type { InputImageSource } from "./request.ts";

/** A reference picture that passed all checks and lies in a temporary file. */
export interface StagedInput {
	readonly file: StagedFile;
	/** A mask says what of the first reference is to be drawn anew. */
	readonly role: "reference" | "mask";
	readonly mediaType: string;
	readonly extension: string;
	readonly hasAlpha: boolean;
	readonly width: number;
	readonly height: number;
}

type GatherDependencies = Pick<
	EngineDependencies,
	"staging" | "fetchGuarded" | "settings"
>;

/** A multiple of 4 characters, so that every piece decodes by itself. */
const BASE64_PIECE = 65_536;

/**
 * @returns the references in order, and the mask after them.
 * @throws {EngineError} naming the field at fault; nothing is left behind then.
 */
export async function gatherInputImages(
	dependencies: GatherDependencies,
	sources: readonly InputImageSource[],
	mask?: InputImageSource,
): Promise<StagedInput[]> {
	const inputs: StagedInput[] = [];
	try {
		for (const source of sources)
			inputs.push(await gather(dependencies, source, "reference"));
		if (mask !== undefined) {
			inputs.push(await gather(dependencies, mask, "mask"));
			checkMask(mask.field, inputs);
		}
		return inputs;
	} catch (error) {
		await discardInputs(dependencies, inputs);
		throw error;
	}
}

export async function discardInputs(
	{ staging }: Pick<EngineDependencies, "staging">,
	inputs: readonly StagedInput[],
): Promise<void> {
	for (const { file } of inputs) await staging.discard(file);
}

/** @throws {EngineError} unless the mask, which is the last, has the first picture's size and something transparent. */
function checkMask(field: string, inputs: readonly StagedInput[]): void {
	const [first] = inputs;
	const mask = inputs.at(-1);
	if (first === undefined || mask === undefined) return;
	if (mask.width !== first.width || mask.height !== first.height) {
		throw invalid(
			field,
			`${field} has ${mask.width}x${mask.height} pixels; it must have those of the first input image, ${first.width}x${first.height}.`,
			`${first.width}x${first.height} pixels`,
		);
	}
	if (!mask.hasAlpha) {
		throw invalid(
			field,
			`${field} has no transparency: what is transparent in a mask is drawn anew.`,
			"a PNG or WebP with an alpha channel",
		);
	}
}

async function gather(
	dependencies: GatherDependencies,
	source: InputImageSource,
	role: StagedInput["role"],
): Promise<StagedInput> {
	const { staging, settings } = dependencies;
	const file = await stageSource(dependencies, source);
	try {
		const facts = await checkUploadedImage(file.path, {
			maxPixels: settings.maxReferencePixels,
		});
		checkRule(source, { ...facts, sizeBytes: file.sizeBytes });
		return { file, role, ...facts };
	} catch (error) {
		await staging.discard(file);
		if (error instanceof ImageError)
			throw invalid(
				source.field,
				`${source.field} cannot be used: ${error.message}`,
			);
		throw error;
	}
}

/** @throws {EngineError} unless a picture is what the preset that asks for it takes. */
function checkRule(
	{ field, rule }: InputImageSource,
	picture: { readonly mediaType: string; readonly sizeBytes: number },
): void {
	if (rule === undefined) return;
	if (!rule.mediaTypes.includes(picture.mediaType)) {
		const allowed = rule.mediaTypes.join(", ");
		throw invalid(
			field,
			`${field} is of type ${picture.mediaType}; its preset takes ${allowed}.`,
			allowed,
		);
	}
	if (rule.maxBytes !== undefined && picture.sizeBytes > rule.maxBytes)
		throw tooLarge(field, rule.maxBytes);
}

/** @throws {EngineError} naming the field at fault. */
export async function stageSource(
	{ staging, fetchGuarded, settings }: GatherDependencies,
	source: InputImageSource,
): Promise<StagedFile> {
	const maxBytes = settings.maxReferenceBytes;
	try {
		if (source.kind === "staged") return source.file;
		if (source.kind === "base64")
			return await staging.stage(decode(source), { maxBytes });
		if (source.kind === "stored")
			return await staging.stage(await source.open());
		const { body } = await fetchGuarded(source.url, { maxBytes });
		return await staging.stage(body, { maxBytes });
	} catch (error) {
		const isTooLarge =
			error instanceof StagingLimitError ||
			(error instanceof OutboundError && error.kind === "too_large");
		if (isTooLarge) throw tooLarge(source.field, maxBytes);
		if (error instanceof OutboundError)
			throw new EngineError(
				"invalid_request",
				`${source.field} could not be fetched: ${error.message}`,
				{ details: { field: source.field }, cause: error },
			);
		throw error;
	}
}

function tooLarge(field: string, maxBytes: number): EngineError {
	return new EngineError(
		"payload_too_large",
		`${field} is larger than ${maxBytes} bytes.`,
		{ details: { field, allowed: `at most ${maxBytes} bytes` } },
	);
}

async function* decode(
	source: InputImageSource & { kind: "base64" },
): AsyncGenerator<Uint8Array> {
	const data = source.data
		.replace(/^data:[^,]{0,200},/, "")
		.replaceAll(/\s/g, "");
	if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(data)) {
		throw invalid(
			source.field,
			`${source.field} is not base64.`,
			"base64, with or without a data URL's prefix",
		);
	}
	for (let start = 0; start < data.length; start += BASE64_PIECE)
		yield Buffer.from(data.slice(start, start + BASE64_PIECE), "base64");
}
