/** Colours in linear light (gamma 2: a square in, a square root out, both exact) and the film's tone curve. */

/** Red, green, blue in linear light; 1 is the white of the paper, more is allowed for lights. */
export type Colour = readonly [number, number, number];

/** Reads `#rrggbb`. */
export function hex(text: string): Colour {
	const bits = Number.parseInt(text.slice(1), 16);
	return fromBytes(bits >>> 16, (bits >>> 8) & 255, bits & 255);
}

/** Reads three display values, 0..255. */
export function fromBytes(red: number, green: number, blue: number): Colour {
	return [
		(red / 255) * (red / 255),
		(green / 255) * (green / 255),
		(blue / 255) * (blue / 255),
	];
}

/** `share` 0 is the first colour, 1 the second. */
export function mix(first: Colour, second: Colour, share: number): Colour {
	return [
		first[0] + (second[0] - first[0]) * share,
		first[1] + (second[1] - first[1]) * share,
		first[2] + (second[2] - first[2]) * share,
	];
}

export function scale(colour: Colour, factor: number): Colour {
	return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

/** Filters light through a pane: channel by channel. */
export function multiply(light: Colour, pane: Colour): Colour {
	return [light[0] * pane[0], light[1] * pane[1], light[2] * pane[2]];
}

/** Brightness as the eye weighs it. */
export function luminance(colour: Colour): number {
	return colour[0] * 0.26 + colour[1] * 0.66 + colour[2] * 0.08;
}

/** Pulls a colour towards its own grey; 0 leaves it alone, 1 makes it grey. */
export function fade(colour: Colour, share: number): Colour {
	const grey = luminance(colour);
	return mix(colour, [grey, grey, grey], share);
}

/** Gives a colour another's hue and saturation and keeps its brightness. */
export function retint(colour: Colour, hue: Colour, share: number): Colour {
	const factor = luminance(colour) / (luminance(hue) + 0.02);
	return mix(colour, scale(hue, factor), share);
}

/** Writes a colour into a shader's output. */
export function put(out: Float64Array, colour: Colour): void {
	out[0] = colour[0];
	out[1] = colour[1];
	out[2] = colour[2];
}

/** Paints over a shader's output with a colour; `cover` 0 leaves it, 1 hides it. */
export function lay(out: Float64Array, colour: Colour, cover: number): void {
	const red = out[0];
	const green = out[1];
	const blue = out[2];
	out[0] = red + (colour[0] - red) * cover;
	out[1] = green + (colour[1] - green) * cover;
	out[2] = blue + (colour[2] - blue) * cover;
}

/** Adds light of a colour to a shader's output. */
export function shine(out: Float64Array, colour: Colour, amount: number): void {
	out[0] = out[0] + colour[0] * amount;
	out[1] = out[1] + colour[1] * amount;
	out[2] = out[2] + colour[2] * amount;
}

/** Darkens (below 1) or brightens a shader's output. */
export function dim(out: Float64Array, factor: number): void {
	out[0] = out[0] * factor;
	out[1] = out[1] * factor;
	out[2] = out[2] * factor;
}

const SHOULDER = 0.7;

/** Film's shoulder: straight up to 0.7, then bends so that lights of any strength stay below 1. */
export function expose(light: number): number {
	if (light <= 0) return 0;
	if (light <= SHOULDER) return light;
	const over = light - SHOULDER;
	return SHOULDER + over / (1 + over * (1 / (1 - SHOULDER)));
}
