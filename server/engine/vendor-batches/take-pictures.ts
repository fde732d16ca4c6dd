/** Takes a result with pictures in: stored, recorded, and the line ended when it has all of them. */
import { type BatchResult, ProviderError } from "../../providers/provider.ts";
import type { Job } from "../generations/job.ts";
import { keepDrawn } from "../generations/keep-drawn.ts";
import { LostClaimError } from "../jobs/job-states.ts";
import { endPictures, failLine, lineErrorOfFault } from "./end-lines.ts";
import { priceFactorOf, scaledPrices } from "./prices.ts";
import {
	callsOf,
	jobOf,
	type OpenLine,
	type Vendor,
	type VendorStep,
} from "./vendor-step.ts";

/** Characters of an answer in words that its caller is shown. */
const SHOWN_CHARACTERS = 200;

/** @param call which of the line's calls it is the result of, from 0. @returns whether the line has ended by it. */
export async function takePictures(
	step: VendorStep,
	vendor: Vendor,
	line: OpenLine,
	call: number,
	result: BatchResult,
): Promise<boolean> {
	const job = await jobOf(step, line);
	const calls = callsOf(job);
	const fault = faultIn(result);
	if (fault !== null) {
		if (calls.length > 1) return false;
		await failLine(step, line, lineErrorOfFault(fault));
		return true;
	}
	if (result.kind === "failed") return false;
	const asked = calls[call]?.positions ?? [];
	const wanted = asked.filter((position) => job.missing.includes(position));
	const drawn = await keep(step, vendor, job, wanted, result);
	if (drawn === null) return true;
	if (drawn.count === job.count) {
		await endPictures(step, line, null);
		return true;
	}
	if (calls.length > 1) return false;
	await failLine(step, line, drawn.fault);
	return true;
}

/** @returns how many pictures the generation has now; `null` when it ended meanwhile. */
async function keep(
	{ dependencies }: VendorStep,
	{ provider }: Vendor,
	job: Job,
	positions: readonly number[],
	result: Extract<BatchResult, { kind: "done" }>,
) {
	const factor = priceFactorOf(dependencies, job.route.model);
	const { dollars } = job.route;
	const priced = {
		...job,
		route: { ...job.route, dollars: scaledPrices(dollars, factor) },
	};
	try {
		const { drawn, failures } =
			positions.length === 0
				? { drawn: 0, failures: [] }
				: await keepDrawn(dependencies, priced, provider, positions, {
						...result,
						warnings: [],
					});
		const [first] = failures;
		return {
			count: job.drawnCount + drawn,
			fault: first === undefined ? NO_PICTURE : lineErrorOfFault(first.fault),
		};
	} catch (error) {
		if (error instanceof LostClaimError) return null;
		throw error;
	}
}

const NO_PICTURE = {
	code: "provider_failed",
	message: "The provider returned no image.",
} as const;

function faultIn(result: BatchResult): ProviderError | null {
	if (result.kind === "failed") return result.error;
	if (result.images.length > 0) return null;
	const text = result.text.trim();
	return new ProviderError(
		"unavailable",
		"A batch answered without a picture",
		{
			publicMessage:
				text === ""
					? "The provider returned no image."
					: `The provider answered in words and drew nothing: "${text.slice(0, SHOWN_CHARACTERS)}"`,
			mayBePaid: true,
		},
	);
}
