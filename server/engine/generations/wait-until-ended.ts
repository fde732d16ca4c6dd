/** Waits for the end of a generation, for as long as a caller may be kept waiting. */
import { EngineError } from "../errors.ts";
import type { WaitingRoom } from "../jobs/waiting-room.ts";
import type { Generation } from "./request.ts";

/**
 * @param look reads the generation as it is.
 * @returns it as it is when it ended, the time is up or the signal aborts.
 * @throws {EngineError} `wait_timed_out` when this process stops meanwhile; what `look` throws.
 */
export async function waitUntilEnded(
	waitingRoom: WaitingRoom,
	wait: {
		readonly id: string;
		readonly waitMs: number;
		readonly signal: AbortSignal | undefined;
	},
	look: () => Promise<Generation>,
): Promise<Generation> {
	const { id, waitMs, signal } = wait;
	const left = new AbortController();
	// The wait begins before the look, so that an end in between is not missed.
	const waited = waitingRoom.wait(
		id,
		waitMs,
		signal ? AbortSignal.any([signal, left.signal]) : left.signal,
	);
	try {
		const generation = await look();
		if (generation.endedAt !== null) return generation;
		await waited;
		const later = await look();
		if (later.endedAt === null && waitingRoom.isClosed) {
			throw new EngineError(
				"wait_timed_out",
				"The server is stopping. The generation is kept and goes on; ask for it by its id.",
				{ details: { generationId: id } },
			);
		}
		return later;
	} finally {
		left.abort();
	}
}
