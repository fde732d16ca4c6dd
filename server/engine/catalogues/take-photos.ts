/** Takes in the photos that go with what is asked for a row. One that is missing fails the row or is left out, as was chosen. */
import { OutboundError } from "../../net/outbound-guard.ts";
import { EngineError } from "../errors.ts";
import type { Inputs } from "../generations/inputs.ts";
import type { StagedSource } from "../generations/request.ts";
import type { Size } from "../models/model.ts";
import type { CatalogueSettings } from "./catalogue.ts";
import type { RowPhoto } from "./row-photos.ts";

/** A shop's server may be busy for a moment. */
const FETCH_TRIES = 2;

export interface TakenPhotos {
	/** To be discarded by whoever took them. */
	readonly staged: readonly StagedSource[];
	/** For instance that one could not be fetched. */
	readonly warnings: readonly string[];
	/** Pixels of the first that is there. */
	readonly firstSize: Size | undefined;
}

/** Fetched here rather than with the request, since what cannot be fetched may only be a warning. @throws {EngineError} */
export async function takePhotos(
	inputs: Inputs,
	photos: readonly RowPhoto[],
	{ onMissingPhoto }: CatalogueSettings,
): Promise<TakenPhotos> {
	const staged: StagedSource[] = [];
	const warnings: string[] = [];
	let firstSize: Size | undefined;
	try {
		for (const photo of photos) {
			const outcome = await fetchPhoto(inputs, photo);
			if (outcome.kind === "staged") {
				staged.push(outcome.source);
				firstSize ??= outcome.size;
			} else if (onMissingPhoto === "drawWithout")
				warnings.push(outcome.error.message);
			else throw outcome.error;
		}
		return { staged, warnings, firstSize };
	} catch (error) {
		for (const source of staged) await inputs.discard(source);
		throw error;
	}
}

type Fetched =
	| {
			readonly kind: "staged";
			readonly source: StagedSource;
			readonly size: Size;
	  }
	| { readonly kind: "missing"; readonly error: EngineError };

async function fetchPhoto(inputs: Inputs, photo: RowPhoto): Promise<Fetched> {
	for (let tries = 1; ; tries++) {
		try {
			return { kind: "staged", ...(await inputs.measure(photo)) };
		} catch (error) {
			if (!(error instanceof EngineError)) throw error;
			if (!mayPass(error) || tries >= FETCH_TRIES)
				return { kind: "missing", error };
		}
	}
}

function mayPass({ cause }: EngineError): boolean {
	return (
		cause instanceof OutboundError &&
		(cause.kind === "unreachable" || cause.kind === "bad_status")
	);
}
