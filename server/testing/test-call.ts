/** What a provider's test lends it for a call, and the call itself. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { createOutboundFetch } from "../net/outbound-guard.ts";
import { createVendorHttp } from "../net/vendor-http.ts";
import { openVendorSocket } from "../net/vendor-socket.ts";
import { renderBlackAndWhiteMask } from "../pixels/black-and-white-mask.ts";
import { restoreOpaque } from "../pixels/restore-opaque.ts";
import type {
	CallContext,
	ImageCall,
	InputImage,
	KeptFile,
	NativeBatches,
	Provider,
} from "../providers/provider.ts";
import type { ProviderServices } from "../providers/provider-kind.ts";

export interface TestCallContext extends CallContext {
	readonly partialImages: Buffer[];
	readonly progress: number[];
	/** Files that were taken in whole. */
	readonly kept: KeptFile[];
}

/** Keeps files in a directory that is removed after the test. */
export async function openCallContext(
	test: Pick<TestContext, "after">,
	signal: AbortSignal = new AbortController().signal,
): Promise<TestCallContext> {
	const directory = await mkdtemp(path.join(tmpdir(), "gesso-call-"));
	test.after(() => rmSync(directory, { recursive: true, force: true }));
	const kept: KeptFile[] = [];
	const partialImages: Buffer[] = [];
	const progress: number[] = [];
	let count = 0;
	return {
		signal,
		kept,
		partialImages,
		progress,
		keepFile: async (bytes) => {
			const pieces: Uint8Array[] = [];
			for await (const piece of bytes) pieces.push(Buffer.from(piece));
			const all = Buffer.concat(pieces);
			const file = {
				path: path.join(directory, String(count++)),
				sha256: createHash("sha256").update(all).digest("hex"),
				sizeBytes: all.length,
			};
			await writeFile(file.path, all);
			kept.push(file);
			return file;
		},
		onPartialImage: ({ path: where }) =>
			partialImages.push(readFileSync(where)),
		onProgress: (fraction) => progress.push(fraction),
	};
}

export function bytesOf(file: KeptFile): Buffer {
	return readFileSync(file.path);
}

export function imageCall(changes: Partial<ImageCall> = {}): ImageCall {
	return {
		model: "model",
		prompt: "a red fox",
		negativePrompt: undefined,
		count: 1,
		frame: { width: 1024, height: 1024 },
		seed: undefined,
		inputImages: [],
		mask: undefined,
		quality: undefined,
		background: undefined,
		partialImages: 0,
		...changes,
	};
}

export function inputImageOf(
	bytes: Buffer,
	facts: Partial<InputImage> = {},
): InputImage {
	return {
		mediaType: "image/png",
		width: 8,
		height: 8,
		sizeBytes: bytes.length,
		open: async () =>
			(async function* () {
				// In pieces that no base64 group ends with.
				for (let at = 0; at < bytes.length; at += 1_000)
					yield bytes.subarray(at, at + 1_000);
			})(),
		...facts,
	};
}

export function batchesOf({ batches }: Provider): NativeBatches {
	assert.ok(batches !== undefined, "it has no batches");
	return batches;
}

let ownFoldersOfProcess: string | undefined;

/** @returns a directory that is removed when this process ends. */
function ownFolders(): string {
	if (ownFoldersOfProcess === undefined) {
		const directory = mkdtempSync(path.join(tmpdir(), "gesso-own-"));
		process.on("exit", () => rmSync(directory, { recursive: true }));
		ownFoldersOfProcess = directory;
	}
	return ownFoldersOfProcess;
}

/** What providers are lent, without anything of the house around them. */
export function providerServices(): ProviderServices {
	return {
		openHttp: createVendorHttp,
		fetchGuarded: (allowedHosts) => createOutboundFetch({ allowedHosts }),
		openSocket: openVendorSocket,
		blackAndWhiteMask: async (mask, keepFile) => {
			const { path: where } = await keepFile(await mask.open());
			const rendered = `${where}-mask`;
			await renderBlackAndWhiteMask(where, rendered);
			return await keepFile(createReadStream(rendered));
		},
		restoreOpaque: async ({ drawn, original, mask }, xmp, keepFile) => {
			const [originalFile, maskFile] = [
				await keepFile(await original.open()),
				await keepFile(await mask.open()),
			];
			const restored = `${originalFile.path}-restored`;
			await restoreOpaque(
				{
					drawn: drawn.path,
					original: originalFile.path,
					mask: maskFile.path,
				},
				restored,
				xmp,
			);
			return await keepFile(createReadStream(restored));
		},
		dominantColours: async () => [],
		ownFolder: (name) => path.join(ownFolders(), name),
		clock: Date.now,
		random: () => 0.5,
	};
}
