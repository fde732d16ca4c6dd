/** Brings what a provider drew into the library: stored, fitted and recorded. */
import {
	type ImageCallResult,
	type Provider,
	ProviderError,
} from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { fit } from "./fit.ts";
import type { Job } from "./job.ts";
import { type DrawnPicture, record } from "./record.ts";
import type { Failure, Round } from "./settle.ts";
import { storeOriginal } from "./store-original.ts";

/**
 * One that is no good does not spoil the others.
 * @param positions of the pictures that were asked for, in the order in which they come.
 * @throws {LostClaimError} when somebody else holds the generation by now; nothing is recorded then.
 */
export async function keepDrawn(
	dependencies: EngineDependencies,
	job: Job,
	provider: Provider,
	positions: readonly number[],
	result: ImageCallResult,
): Promise<Omit<Round, "postponedMs">> {
	const pictures: DrawnPicture[] = [];
	const failures: Failure[] = [];
	const leftOut: number[] = [];
	for (const [index, position] of positions.entries()) {
		const image = result.images[index];
		if (image === undefined) {
			leftOut.push(position);
			continue;
		}
		try {
			const original = await storeOriginal(dependencies, job.teamId, image);
			const fitted = await fit(dependencies, job, original);
			pictures.push({ position, original, ...fitted });
		} catch (error) {
			if (!(error instanceof ProviderError)) throw error;
			failures.push({ fault: error, positions: [position] });
		}
	}
	await record(dependencies, job, provider, result, pictures);
	return { drawn: pictures.length, failures, leftOut };
}
