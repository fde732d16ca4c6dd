/** A web shop on this machine for the tests to fetch from, and a name service that knows what the test tells it. */
import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import {
	createServer,
	type IncomingMessage,
	type RequestListener,
} from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach } from "node:test";
import {
	createOutboundFetch,
	OutboundError,
	type OutboundLimits,
} from "./outbound-guard.ts";

export const PUBLIC: LookupAddress = { address: "93.184.216.34", family: 4 };
export const LOCAL: LookupAddress = { address: "127.0.0.1", family: 4 };
export const PICTURE = Buffer.alloc(100_000, "picture");

/** Called once in a suite; everything but the port is as new for each test. */
export class TestShop {
	port = 0;
	requests: IncomingMessage[] = [];
	lookups: string[] = [];
	/** What the name service knows; any other name does not exist. */
	names: Record<string, readonly LookupAddress[]> = {};
	answer: RequestListener = () => {};

	constructor() {
		const server = createServer((request, response) => {
			this.requests.push(request);
			this.answer(request, response);
		});
		before(async () => {
			server.listen(0, "127.0.0.1");
			await once(server, "listening");
			this.port = (server.address() as AddressInfo).port;
		});
		after(() => {
			server.closeAllConnections();
			server.close();
		});
		beforeEach(() => {
			this.requests = [];
			this.lookups = [];
			this.names = { "shop.example": [LOCAL] };
			this.answer = (_request, response) =>
				response.setHeader("content-type", "image/jpeg").end(PICTURE);
		});
	}

	url(path = "/"): string {
		return `http://shop.example:${this.port}${path}`;
	}

	resolve = async (hostname: string): Promise<readonly LookupAddress[]> => {
		this.lookups.push(hostname);
		const addresses = this.names[hostname];
		if (addresses !== undefined) return addresses;
		const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
		throw Object.assign(error, { code: "ENOTFOUND" });
	};

	/** Fetches and reads it all. Of what lies inside, only `shop.example` at the shop's port is allowed. */
	async fetched(url: string, limits: Partial<OutboundLimits> = {}) {
		const fetchGuarded = createOutboundFetch({
			allowedHosts: [`shop.example:${this.port}`],
			resolve: this.resolve,
		});
		const { body, ...facts } = await fetchGuarded(url, {
			maxBytes: 1_000_000,
			timeoutMs: 20_000,
			...limits,
		});
		return { ...facts, bytes: await readAll(body) };
	}

	async refused(
		url: string,
		kind: OutboundError["kind"],
		limits: Partial<OutboundLimits> = {},
	): Promise<OutboundError> {
		const error = await this.fetched(url, limits).catch((thrown) => thrown);
		assert.ok(error instanceof OutboundError, `${url}: ${error}`);
		assert.equal(error.kind, kind, `${url}: ${error.message}`);
		return error;
	}
}

export async function readAll(
	body: AsyncIterable<Uint8Array>,
): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of body) chunks.push(chunk);
	return Buffer.concat(chunks);
}
