/** A vendor on this machine that answers as a test tells it: whole, in drips, broken off, or not at all. */
import { once } from "node:events";
import {
	createServer,
	type IncomingHttpHeaders,
	type Server,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

export interface VendorReceived {
	readonly method: string;
	/** With the query. */
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

export interface VendorReply {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: Buffer | string;
	/** Sends the body in so many bytes at a time, each in a packet of its own. */
	readonly dripBytes?: number;
	/** Breaks the connection when so many bytes of the body are sent; 0 for before the head. */
	readonly breakAfterBytes?: number;
	/** Sends so many bytes of the body and then nothing more, until the client leaves. */
	readonly hangAfterBytes?: number;
}

export type VendorScript = (
	request: VendorReceived,
	/** Counted from 0. */
	index: number,
) => VendorReply | Promise<VendorReply>;

export interface VendorStub {
	/** Without a slash at its end. */
	readonly url: string;
	/** `127.0.0.1:port`. */
	readonly host: string;
	readonly received: VendorReceived[];
	readonly server: Server;
	/** Connections that the client closed before the answer was over. */
	readonly left: number;
	script: VendorScript;
}

/** Answers with status 404 until the test gives it a script. */
export async function openVendorStub(
	test: Pick<TestContext, "after">,
): Promise<VendorStub> {
	const received: VendorReceived[] = [];
	let left = 0;
	const server = createServer((request, response) => {
		const pieces: Buffer[] = [];
		response.on("close", () => {
			if (!response.writableFinished && !response.errored) left++;
		});
		request.on("data", (piece: Buffer) => pieces.push(piece));
		request.on("end", () => {
			const whole: VendorReceived = {
				method: request.method ?? "",
				path: request.url ?? "",
				headers: request.headers,
				body: Buffer.concat(pieces),
			};
			received.push(whole);
			Promise.resolve(stub.script(whole, received.length - 1))
				.then((reply) => send(response, reply))
				.catch((error: unknown) => response.destroy(error as Error));
		});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	test.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const stub: VendorStub = {
		url: `http://127.0.0.1:${port}`,
		host: `127.0.0.1:${port}`,
		received,
		server,
		get left() {
			return left;
		},
		script: () => ({ status: 404, body: "{}" }),
	};
	return stub;
}

async function send(
	response: ServerResponse,
	reply: VendorReply,
): Promise<void> {
	if (reply.breakAfterBytes === 0) {
		response.destroy();
		return;
	}
	const body = Buffer.from(reply.body ?? "");
	response.writeHead(reply.status ?? 200, {
		"content-type": "application/json",
		...reply.headers,
	});
	const end = reply.breakAfterBytes ?? reply.hangAfterBytes ?? body.length;
	const step = reply.dripBytes ?? Math.max(1, body.length);
	for (let at = 0; at < end && !response.destroyed; at += step) {
		response.write(body.subarray(at, Math.min(at + step, end)));
		if (reply.dripBytes !== undefined) await sleep(0);
	}
	if (reply.breakAfterBytes !== undefined) {
		// Lets what was written go out first.
		await sleep(20);
		response.destroy();
	} else if (reply.hangAfterBytes === undefined) response.end();
}
