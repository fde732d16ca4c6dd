/** Which ink goes where in a weave of bands. */

import { type Colour, luminance, mix, scale } from "../colour.ts";
import type { Inks } from "./inks.ts";

/** The colours of a weave and of what lies between its bands. */
export interface Dress {
	readonly band: Colour;
	readonly line: Colour;
	readonly outline: Colour;
	readonly corner: Colour;
	/** For tiles by size and by their place. */
	readonly hearts: readonly Colour[];
	readonly metal: Colour;
}

/** Which ink goes where: bands must stand out from everything between them. */
export function dressFor(inks: Inks, random: () => number): Dress {
	const { ground, steps, accent, isDark } = inks;
	const [darkest, dark, middle, light, pale] = steps;
	const outline = scale(mix(darkest, isDark ? ground : darkest, 0.5), 0.35);
	const scheme = random();
	if (scheme < 0.4) {
		// Pale bands over deep colours.
		return {
			band: pale,
			line: accent,
			outline,
			corner: darkest,
			hearts: [dark, middle, darkest, dark],
			metal: accent,
		};
	}
	if (scheme < 0.66 && luminance(accent) > 1.6 * luminance(darkest)) {
		// Gilded bands over night.
		return {
			band: accent,
			line: outline,
			outline,
			corner: isDark ? ground : darkest,
			hearts: [dark, darkest, middle, dark],
			metal: pale,
		};
	}
	// Deep bands over pale ground.
	return {
		band: isDark ? dark : darkest,
		line: light,
		outline,
		corner: isDark ? light : ground,
		hearts: [light, pale, middle, light],
		metal: accent,
	};
}
