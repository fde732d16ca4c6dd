/** What providers are lent of the other rooms: the network, a few things done to pictures, time and chance. */
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { NetSettings } from "./net/config.ts";
import { createOutboundFetch } from "./net/outbound-guard.ts";
import { createVendorHttp } from "./net/vendor-http.ts";
import { openVendorSocket } from "./net/vendor-socket.ts";
import { renderBlackAndWhiteMask } from "./pixels/black-and-white-mask.ts";
import { dominantColours } from "./pixels/dominant-colours.ts";
import { restoreOpaque } from "./pixels/restore-opaque.ts";
import type { InputImage } from "./providers/provider.ts";
import type { ProviderServices } from "./providers/provider-kind.ts";
import type { Staging } from "./storage/staging.ts";

const PALETTE_COLOURS = 5;

export function createProviderServices(
	{ allowedHosts, timeoutSeconds }: NetSettings,
	house: {
		readonly staging: Pick<Staging, "stage" | "discard">;
		readonly dataDirectory: string;
		/** Milliseconds since 1970. */
		readonly clock: () => number;
		/** From 0 up to but not including 1. */
		readonly random: () => number;
	},
): ProviderServices {
	const { staging, dataDirectory, clock, random } = house;
	return {
		openHttp: createVendorHttp,
		fetchGuarded: (hosts) =>
			createOutboundFetch({
				allowedHosts: [...allowedHosts, ...hosts],
				timeoutMs: timeoutSeconds * 1000,
			}),
		openSocket: openVendorSocket,
		blackAndWhiteMask: (mask, keepFile) =>
			asFile(staging, mask, async (file) => {
				const rendered = `${file}.mask.png`;
				try {
					await renderBlackAndWhiteMask(file, rendered);
					return await keepFile(createReadStream(rendered));
				} finally {
					await rm(rendered, { force: true });
				}
			}),
		restoreOpaque: ({ drawn, original, mask }, xmp, keepFile) =>
			asFile(staging, original, (originalFile) =>
				asFile(staging, mask, async (maskFile) => {
					const restored = `${originalFile}.restored.png`;
					try {
						await restoreOpaque(
							{ drawn: drawn.path, original: originalFile, mask: maskFile },
							restored,
							xmp,
						);
						return await keepFile(createReadStream(restored));
					} finally {
						await rm(restored, { force: true });
					}
				}),
			),
		dominantColours: (image) =>
			asFile(staging, image, (file) => dominantColours(file, PALETTE_COLOURS)),
		ownFolder: (name) => path.join(dataDirectory, "providers", name),
		clock,
		random,
	};
}

/** sharp wants a file; a picture in storage may be anywhere. */
async function asFile<T>(
	staging: Pick<Staging, "stage" | "discard">,
	image: InputImage,
	work: (file: string) => Promise<T>,
): Promise<T> {
	const file = await staging.stage(await image.open());
	try {
		return await work(file.path);
	} finally {
		await staging.discard(file);
	}
}
