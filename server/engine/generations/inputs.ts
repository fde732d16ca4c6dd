/** Pictures that callers hand in, before the request is whole that they belong to: taken in, measured, or let go. */
import { ImageError, inspectImage } from "../../pixels/inspect.ts";
import { type StagedFile, StagingLimitError } from "../../storage/staging.ts";
import { librarySource } from "../conversations/keep-pictures.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, invalid } from "../errors.ts";
import { getImage } from "../library/library.ts";
import type { Size } from "../models/model.ts";
import { stageSource } from "./gather-input-images.ts";
import type { InputImageSource, Principal, StagedSource } from "./request.ts";

export interface Inputs {
	/** What one picture may have. */
	readonly maxBytes: number;
	/**
	 * Takes an upload in as it arrives; to be discarded when the request is over, whatever became of it.
	 * @param field the caller's word for it.
	 * @throws {EngineError} `payload_too_large`; the signal's reason.
	 */
	stage(
		field: string,
		bytes: AsyncIterable<Uint8Array>,
		signal?: AbortSignal,
	): Promise<StagedSource>;
	discard(source: StagedSource): Promise<void>;
	/** A picture of the caller's own library. @throws {EngineError} `not_found` */
	fromLibrary(
		principal: Principal,
		imageId: string,
		field: string,
	): Promise<InputImageSource>;
	/**
	 * Takes a picture in and tells its size as it is shown; to be discarded as any that is staged.
	 * @throws {EngineError} naming the field, for what is no picture or cannot be fetched.
	 */
	measure(
		source: InputImageSource,
	): Promise<{ readonly source: StagedSource; readonly size: Size }>;
}

export function createInputs(dependencies: EngineDependencies): Inputs {
	const { staging, settings } = dependencies;
	const discard = ({ file }: StagedSource) => staging.discard(file);
	return {
		maxBytes: settings.maxReferenceBytes,
		stage: async (field, bytes, signal) => ({
			kind: "staged",
			field,
			file: await stage(
				dependencies,
				field,
				bytes,
				settings.maxReferenceBytes,
				signal,
			),
		}),
		discard,
		fromLibrary: async ({ teamId }, imageId, field) =>
			librarySource(
				dependencies,
				await getImage(dependencies, teamId, imageId),
				field,
			),
		measure: async (source) => {
			const { field } = source;
			const file = await stageSource(dependencies, source);
			const staged: StagedSource = { kind: "staged", field, file };
			try {
				const { width, height } = await inspectImage(file.path);
				return { source: staged, size: { width, height } };
			} catch (error) {
				await discard(staged);
				if (!(error instanceof ImageError)) throw error;
				throw invalid(field, `${field} cannot be used: ${error.message}`);
			}
		},
	};
}

async function stage(
	{ staging }: EngineDependencies,
	field: string,
	bytes: AsyncIterable<Uint8Array>,
	maxBytes: number,
	signal: AbortSignal | undefined,
): Promise<StagedFile> {
	try {
		return await staging.stage(bytes, { maxBytes, ...(signal && { signal }) });
	} catch (error) {
		if (!(error instanceof StagingLimitError)) throw error;
		throw new EngineError(
			"payload_too_large",
			`${field} is larger than ${maxBytes} bytes.`,
			{ details: { field, allowed: `at most ${maxBytes} bytes` } },
		);
	}
}
