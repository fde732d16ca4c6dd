/** The providers Gesso draws with, one line each. */

import type { PainterSettings } from "./painter/config.ts";
import { openPainter } from "./painter/open-painter.ts";
import type { InputImage, Provider } from "./provider.ts";

/** What providers are opened with: their settings, and the services of other rooms that they may not import. */
export interface ProviderOptions {
	readonly painter: PainterSettings;
	/** The strongest colours of a picture as red, green and blue from 0 to 255. */
	readonly dominantColours: (
		image: InputImage,
	) => Promise<readonly (readonly [number, number, number])[]>;
}

export function openProviders(options: ProviderOptions): Provider[] {
	return [openPainter(options)];
}
