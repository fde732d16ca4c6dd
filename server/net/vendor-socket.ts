/** WebSockets to the vendors that the server's owner configured: what they tell comes one message at a time, none of them larger than it must be. */
import type { Socket } from "node:net";
import { Agent, buildConnector, WebSocket } from "undici";

export interface VendorSocketListener {
	onText(text: string): void;
	onBytes?(bytes: Uint8Array): void;
	/** Told once, whoever closed it, and not when it was never open. */
	onClose(): void;
}

export interface VendorSocket {
	/** Lets go of it; nothing is told after that but the close. May be called again. */
	close(): void;
}

/** A message that is larger breaks the connection. */
export const MAX_MESSAGE_BYTES = 8_388_608;
const OPENING_TIMEOUT_MS = 10_000;
/** A vendor that does not answer our goodbye is left after so long. */
const GOODBYE_MS = 1_000;

/**
 * Opens a socket that only listens.
 * @param url `http:` and `https:` stand for `ws:` and `wss:`.
 * @param signal closes the socket.
 * @throws when it cannot be opened, in the time that it takes at most, or the signal's own reason.
 */
export async function openVendorSocket(
	url: string,
	listener: VendorSocketListener,
	signal: AbortSignal,
): Promise<VendorSocket> {
	signal.throwIfAborted();
	let connection: Socket | undefined;
	const connect = buildConnector({ timeout: OPENING_TIMEOUT_MS });
	const agent = new Agent({
		connect: (options, callback) =>
			connect(options, (...result) => {
				const [, socket] = result;
				connection = socket ?? undefined;
				callback(...result);
			}),
		webSocket: { maxPayloadSize: MAX_MESSAGE_BYTES },
	});
	const socket = new WebSocket(url, { dispatcher: agent });
	socket.binaryType = "arraybuffer";
	let isLeft = false;
	const close = () => {
		if (isLeft) return;
		isLeft = true;
		signal.removeEventListener("abort", close);
		socket.close();
		setTimeout(() => connection?.destroy(), GOODBYE_MS).unref();
	};
	signal.addEventListener("abort", close);
	try {
		await opened(socket);
	} catch (error) {
		close();
		await agent.destroy();
		throw signal.aborted ? signal.reason : error;
	}
	socket.addEventListener("message", ({ data }) => {
		if (isLeft) return;
		if (typeof data === "string") listener.onText(data);
		else listener.onBytes?.(new Uint8Array(data));
	});
	socket.addEventListener("close", () => {
		signal.removeEventListener("abort", close);
		connection?.destroy();
		void agent.destroy();
		listener.onClose();
	});
	return { close };
}

function opened(socket: WebSocket): Promise<void> {
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	const timer = setTimeout(
		() => reject(new Error("The vendor's socket did not open in time.")),
		OPENING_TIMEOUT_MS,
	);
	socket.addEventListener("open", () => resolve());
	socket.addEventListener("error", () =>
		reject(new Error("The vendor's socket did not open.")),
	);
	socket.addEventListener("close", () =>
		reject(new Error("The vendor's socket closed before it was open.")),
	);
	return promise.finally(() => clearTimeout(timer));
}
