/** The only door to sharp: it configures the library and lets no more jobs in than leave room for everything else. */
import { availableParallelism } from "node:os";
import type { Sharp, SharpOptions } from "sharp";
import sharp from "sharp";
import { createGate, jobsAtOnce } from "./gate.ts";

// Each picture is read once or twice in its life; what the cache would keep is memory that nobody asks for.
sharp.cache(false);
// One thread for each job: the gate is what spreads the work over the cores.
sharp.concurrency(1);
// What is not named here is never parsed, let alone drawn: SVG and PDF can reach for other files, and the rare formats
// have the least tested decoders.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
	operation: [
		"VipsForeignLoadPng",
		"VipsForeignLoadJpeg",
		"VipsForeignLoadWebp",
		"VipsForeignLoadNsgif",
		"VipsForeignLoadHeif",
		"VipsForeignLoadTiff",
	],
});

const LIBUV_DEFAULT_POOL_SIZE = 4;
const gate = createGate(
	jobsAtOnce(
		availableParallelism(),
		Number(process.env.UV_THREADPOOL_SIZE) || LIBUV_DEFAULT_POOL_SIZE,
	),
);

/** The most that is ever decoded where no caller set a narrower limit: 16384 x 16384. */
export const MAX_PIXELS = 268_435_456;

/** A picture that is small to read and endless to decode must not keep its place for ever. */
const JOB_TIMEOUT_SECONDS = 120;

/**
 * Opens a picture and runs a job on it when the gate has room. Reads top down, in little memory.
 * @param options `limitInputPixels` is asked for, so that each caller has thought about it.
 */
export function withSharp<T>(
	path: string,
	options: SharpOptions & { limitInputPixels: number | false },
	job: (image: Sharp) => Promise<T>,
	signal?: AbortSignal,
): Promise<T> {
	return gate.run(
		() =>
			job(
				// Stricter, at "warning", it would refuse photographs of common phones over a harmless oddity.
				sharp(path, {
					sequentialRead: true,
					failOn: "error",
					...options,
				}).timeout({ seconds: JOB_TIMEOUT_SECONDS }),
			),
		signal,
	);
}
