/** Threads that have nothing to paint, kept for a while for whichever crew of the process needs one next. */
import { Worker } from "node:worker_threads";

/** An idle thread keeps the tables of its last picture, tens of megabytes for a large one; after this long it goes. */
const RETIRE_AFTER_MS = 30_000;

const THREAD_FILE = new URL("./painting-thread.ts", import.meta.url);

/** And the timer after which each retires. */
const idle = new Map<Worker, NodeJS.Timeout>();

/** @returns a thread to which nobody listens yet; it keeps the process alive until it is idle. */
export function takeThread(): Worker {
	const [found] = [...idle].at(-1) ?? [];
	if (found === undefined) return new Worker(THREAD_FILE);
	forget(found);
	dismissListeners(found);
	found.ref();
	return found;
}

/** Takes a thread back that has painted what it was given. */
export function leaveIdle(worker: Worker): void {
	dismissListeners(worker);
	worker.unref();
	for (const end of ["error", "exit"] as const)
		worker.on(end, () => forget(worker));
	const retirement = setTimeout(() => {
		forget(worker);
		void worker.terminate();
	}, RETIRE_AFTER_MS);
	idle.set(worker, retirement.unref());
}

function forget(worker: Worker): void {
	clearTimeout(idle.get(worker));
	idle.delete(worker);
}

/** All of ours; Node has some of its own on a worker. */
function dismissListeners(worker: Worker): void {
	for (const event of ["message", "error", "exit"])
		worker.removeAllListeners(event);
}
