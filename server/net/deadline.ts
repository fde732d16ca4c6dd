/** The end of a fetch, for whichever reason it comes: the time is up, the caller left, all was read. */
import { OutboundError } from "./outbound-error.ts";

export interface Deadline {
	/** Aborts with what the caller is to be told: its own signal's reason, or an `OutboundError`. */
	readonly signal: AbortSignal;
	/** What is to be closed at the end; at once, when that has come. */
	whenEnded(close: () => void): void;
	/** May be called more than once. */
	end(): void;
}

export function startDeadline(
	timeoutMs: number,
	callerSignal: AbortSignal | undefined,
): Deadline {
	const controller = new AbortController();
	const closings: (() => void)[] = [];
	let isEnded = false;

	function end(): void {
		isEnded = true;
		clearTimeout(timer);
		callerSignal?.removeEventListener("abort", leave);
		for (const close of closings.splice(0)) close();
	}
	function abort(reason: unknown): void {
		controller.abort(reason);
		end();
	}
	const leave = () => abort(callerSignal?.reason);
	const timer = setTimeout(() => {
		abort(
			new OutboundError(
				"timeout",
				`There was no complete answer within ${timeoutMs / 1_000} seconds.`,
			),
		);
	}, timeoutMs);
	if (callerSignal?.aborted) leave();
	else callerSignal?.addEventListener("abort", leave, { once: true });

	return {
		signal: controller.signal,
		whenEnded(close) {
			if (isEnded) close();
			else closings.push(close);
		},
		end,
	};
}

/** Waits for what cannot be aborted itself, but not beyond the abort. */
export function untilAborted<T>(
	promise: Promise<T>,
	signal: AbortSignal,
): Promise<T> {
	return new Promise((resolve, reject) => {
		const abort = () => reject(signal.reason);
		if (signal.aborted) abort();
		signal.addEventListener("abort", abort, { once: true });
		const settled = () => signal.removeEventListener("abort", abort);
		promise.then(resolve, reject).finally(settled);
	});
}
