/** Where callers wait for a generation to end: on its announcement, and on a look at the database for those that were missed. */
import type { EngineDependencies } from "../dependencies.ts";

type WaitingDependencies = Pick<
	EngineDependencies,
	"database" | "settings" | "log"
>;

const LOOK_AT_MOST = 500;

export class WaitingRoom {
	readonly #dependencies: WaitingDependencies;
	readonly #waiting = new Map<string, Set<() => void>>();
	readonly #stopListening: () => void;
	#timer: NodeJS.Timeout | undefined;
	#isLooking = false;
	#isClosed = false;

	constructor(dependencies: WaitingDependencies) {
		this.#dependencies = dependencies;
		this.#stopListening = dependencies.database.listen((announcement) => {
			if (announcement.kind === "ended")
				this.#release(announcement.generationId);
		});
	}

	/**
	 * Resolves when the generation has ended, the time is up or the signal aborts, whichever is first; the caller looks
	 * for itself which it was.
	 */
	async wait(
		generationId: string,
		timeoutMs: number,
		signal?: AbortSignal,
	): Promise<void> {
		if (signal?.aborted || this.#isClosed) return;
		await new Promise<void>((resolve) => {
			const leave = () => {
				clearTimeout(timer);
				signal?.removeEventListener("abort", leave);
				const others = this.#waiting.get(generationId);
				others?.delete(leave);
				if (others?.size === 0) this.#waiting.delete(generationId);
				resolve();
			};
			const timer = setTimeout(leave, timeoutMs);
			signal?.addEventListener("abort", leave);
			const others = this.#waiting.get(generationId) ?? new Set();
			this.#waiting.set(generationId, others.add(leave));
			this.#lookRegularly();
		});
	}

	/** Whether waiting is over because this process stops. */
	get isClosed(): boolean {
		return this.#isClosed;
	}

	close(): void {
		this.#isClosed = true;
		this.#stopListening();
		clearInterval(this.#timer);
		for (const id of [...this.#waiting.keys()]) this.#release(id);
	}

	#release(generationId: string): void {
		for (const leave of [...(this.#waiting.get(generationId) ?? [])]) leave();
	}

	#lookRegularly(): void {
		this.#timer ??= setInterval(() => {
			if (this.#waiting.size === 0) {
				clearInterval(this.#timer);
				this.#timer = undefined;
				return;
			}
			this.#look().catch((fault: unknown) => {
				this.#dependencies.log.warn(
					{ fault: String(fault) },
					"Could not look whether generations ended",
				);
			});
		}, this.#dependencies.settings.pollMs);
	}

	async #look(): Promise<void> {
		if (this.#isLooking) return;
		this.#isLooking = true;
		try {
			const ids = [...this.#waiting.keys()];
			for (let start = 0; start < ids.length; start += LOOK_AT_MOST) {
				const ended = await this.#dependencies.database.queries
					.selectFrom("generations")
					.select("id")
					.where("id", "in", ids.slice(start, start + LOOK_AT_MOST))
					.where("ended_at", "is not", null)
					.execute();
				for (const { id } of ended) this.#release(id);
			}
		} finally {
			this.#isLooking = false;
		}
	}
}
