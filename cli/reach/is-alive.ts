/** Tells whether a process is there. */

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (fault) {
		// One that belongs to somebody else is there, too.
		return fault instanceof Error && "code" in fault && fault.code === "EPERM";
	}
}
