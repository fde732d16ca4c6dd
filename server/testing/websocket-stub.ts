/** The vendor's side of WebSockets (RFC 6455), for tests: says what the test tells it, and knows who listens. */
import { createHash } from "node:crypto";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { TestContext } from "node:test";

export interface ListeningClient {
	/** Of the request that opened it, with the query. */
	readonly path: string;
	sendText(text: string): void;
	sendBytes(bytes: Uint8Array): void;
	/** Breaks the connection. */
	destroy(): void;
}

export interface WebsocketStub {
	/** Those that are connected now. */
	readonly clients: ReadonlySet<ListeningClient>;
	/** All that ever came, by their path. */
	readonly paths: readonly string[];
	onClient: (client: ListeningClient) => void;
	/** Takes no more of them: answers with status 503. */
	isRefusing: boolean;
	/** Does not say goodbye to those that leave. */
	isRude: boolean;
}

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const FINAL = 0x80;

export function openWebsocketStub(
	test: Pick<TestContext, "after">,
	server: Server,
): WebsocketStub {
	const clients = new Set<ListeningClient>();
	const paths: string[] = [];
	const stub: WebsocketStub = {
		clients,
		paths,
		onClient: () => {},
		isRefusing: false,
		isRude: false,
	};
	server.on("upgrade", (request, socket: Socket) => {
		socket.on("error", () => {});
		if (stub.isRefusing) {
			socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
			return;
		}
		const accept = createHash("sha1")
			.update(`${request.headers["sec-websocket-key"]}${GUID}`)
			.digest("base64");
		socket.write(
			`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
		);
		const client: ListeningClient = {
			path: request.url ?? "",
			sendText: (text) => socket.write(frame(TEXT, Buffer.from(text))),
			sendBytes: (bytes) => socket.write(frame(BINARY, bytes)),
			destroy: () => socket.destroy(),
		};
		clients.add(client);
		paths.push(client.path);
		socket.on("close", () => clients.delete(client));
		socket.on("end", () => socket.end());
		// A listener says nothing but goodbye.
		socket.on("data", (piece: Buffer) => {
			const opcode = (piece[0] ?? 0) & 0x0f;
			if (opcode === CLOSE && !stub.isRude)
				socket.end(frame(CLOSE, new Uint8Array()));
		});
		stub.onClient(client);
	});
	test.after(() => {
		for (const client of clients) client.destroy();
	});
	return stub;
}

function frame(opcode: number, payload: Uint8Array): Buffer {
	const head =
		payload.length < 126
			? Buffer.alloc(2)
			: Buffer.alloc(payload.length < 65_536 ? 4 : 10);
	head[0] = FINAL | opcode;
	if (head.length === 2) head[1] = payload.length;
	else if (head.length === 4) {
		head[1] = 126;
		head.writeUInt16BE(payload.length, 2);
	} else {
		head[1] = 127;
		head.writeBigUInt64BE(BigInt(payload.length), 2);
	}
	return Buffer.concat([head, payload]);
}
