/**
 * Loaded into a server that a command starts for itself, before the server's own code: when the command is gone, even killed,
 * its channel to the server closes, and the server stops in good order.
 */
import { isMainThread } from "node:worker_threads";

// Threads load it, too, as they begin as their process did.
if (isMainThread)
	process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
