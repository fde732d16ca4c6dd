/** One provider on stage with its vendor, as every scene of the providers' contract needs it. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import {
	type CallContext,
	type ImageCall,
	type Provider,
	ProviderError,
	type ProviderErrorKind,
} from "../providers/provider.ts";
import type { ProviderServices } from "../providers/provider-kind.ts";
import { plainPng } from "./scripted-provider.ts";
import {
	imageCall,
	openCallContext,
	providerServices,
	type TestCallContext,
} from "./test-call.ts";
import {
	openVendorStub,
	type VendorReceived,
	type VendorReply,
	type VendorScript,
	type VendorStub,
} from "./vendor-stub.ts";

/** How one provider's vendor talks. */
export interface VendorWire {
	/** Configured against a vendor at this URL, with `SECRET` as its key. */
	open(url: string, services: ProviderServices): Provider;
	/** What this vendor's calls have other than the suite's own. */
	readonly call?: Partial<ImageCall>;
	/**
	 * The vendor's side of a call that draws. Whatever the adapter asks besides is answered as it must be for the call to
	 * go on.
	 * @param pictures the pictures it is to answer with.
	 * @param distort puts the decisive answer wrong, the one that has the pictures in it.
	 */
	script(
		pictures: readonly Buffer[],
		distort: (reply: VendorReply) => VendorReply,
		stub: VendorStub,
	): VendorScript;
	/** Whether a request is the one that makes the vendor draw, and perhaps ask money. */
	isDrawing(request: VendorReceived): boolean;
	/** What the vendor says no with, in answer to the request that makes it draw, and what it means. */
	readonly refusals: readonly {
		readonly what: string;
		readonly reply: VendorReply;
		readonly kind: ProviderErrorKind;
		readonly retryAfterMs?: number;
	}[];
	/** Whether the decisive answer is text around the pictures, which can be malformed; else it is a picture's own bytes. */
	readonly answersInText: boolean;
	/** Whether an answer of this vendor can hold several pictures; when left out, it can if it is text. */
	readonly answersWithSeveral?: boolean;
	/** Finds the prompt in the request that draws. */
	promptOf?(request: VendorReceived): unknown;
	/** Finds the bytes of the input images in what the vendor received. Without it, the provider takes none. */
	inputImagesOf?(received: readonly VendorReceived[]): Buffer[];
}

export const SECRET = "sk-vendor-0123456789abcdef";

const BASE64 = /[A-Za-z0-9+/]{80}/;

export interface Stage {
	readonly stub: VendorStub;
	readonly provider: Provider;
	readonly context: TestCallContext;
	draw(changes?: Partial<ImageCall>): ReturnType<Provider["generateImages"]>;
	fails(changes?: Partial<ImageCall>): Promise<ProviderError>;
	drawingRequests(): number;
}

export async function openStage(
	t: TestContext,
	wire: VendorWire,
	changes: Partial<CallContext> = {},
): Promise<Stage> {
	const stub = await openVendorStub(t);
	const provider = wire.open(stub.url, providerServices());
	t.after(() => provider.close());
	assert.equal(provider.readiness.status, "ready", provider.readiness.detail);
	const context = {
		...(await openCallContext(t, changes.signal)),
		...changes,
	};
	const draw = (changes: Partial<ImageCall> = {}) =>
		provider.generateImages(imageCall({ ...wire.call, ...changes }), context);
	return {
		stub,
		provider,
		context,
		draw,
		fails: async (changes) => {
			const error: unknown = await draw(changes).then(
				(result) => assert.fail(`it drew ${result.images.length} pictures`),
				(thrown: unknown) => thrown,
			);
			assert.ok(error instanceof ProviderError, String(error));
			for (const text of [error.message, error.publicMessage]) {
				assert.ok(!text.includes(SECRET), `the key stands in: ${text}`);
				assert.ok(!BASE64.test(text), `base64 stands in: ${text}`);
			}
			return error;
		},
		drawingRequests: () =>
			stub.received.filter((request) => wire.isDrawing(request)).length,
	};
}

export const asItIs = (reply: VendorReply) => reply;

export async function picture(text = "one"): Promise<Buffer> {
	return await plainPng({ width: 48, height: 32 }, text);
}
