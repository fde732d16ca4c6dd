/** A beach that runs slantwise into the picture: dry sand, wet sand that shines, and lace of foam where the sea ends. */

import { type Colour, hex, mix, retint } from "../colour.ts";
import { clamp, decay, ramp } from "../curve.ts";
import { fractalNoise, type Lattice, noise1, noise2 } from "../noise.ts";
import type { Sky } from "../sky/sky.ts";

interface Beach {
	/** Distance of the water's edge beyond a point, in units of land; negative on the sand. */
	toSea(x: number, z: number): number;
	/** Paints sand or foam over the sea already in `out`. */
	paint(x: number, y: number, z: number, out: Float64Array): void;
}

/**
 * @param nearest distance at which the water begins in the middle of the picture.
 * @param wish a colour the sand leans to.
 */
export function createBeach(
	sky: Sky,
	lattice: Lattice,
	random: () => number,
	nearest: number,
	wish: Colour | undefined,
): Beach {
	const { air } = sky;
	const sands = ["#e6d2ab", "#dcc49c", "#eee2cb", "#cdb697"];
	const own = hex(sands[Math.floor(random() * sands.length)] ?? "#e6d2ab");
	const sand = wish === undefined ? own : retint(own, wish, 0.3);
	const slant = (random() < 0.5 ? -1 : 1) * (0.25 + 0.55 * random());
	const foam = mix(air.cloudLight, [1, 1, 1], 0.25);
	const foamLight = 0.35 + 0.65 * (air.light[1] + air.shade[1]);
	const lane = Math.floor(random() * 500);

	const toSea = (x: number, z: number) => {
		const scallops =
			noise1(lattice, x * 1.1, lane) * 0.16 +
			noise1(lattice, x * 3.7, lane + 1) * 0.045;
		return z - (nearest + slant * x + scallops);
	};

	return {
		toSea,
		paint(x, y, z, out) {
			const wx = x * z;
			const distance = toSea(wx, z);
			const reach = 0.3 + 0.05 * z;
			if (distance > reach * 4) return;
			if (distance > 0) {
				// Three rows of spent breakers, each torn into lace.
				const lace =
					0.5 +
					fractalNoise(lattice, wx * 7 + 9, z * 9, 3) +
					0.5 * noise2(lattice, wx * 2.1, z * 1.3 + 70);
				let white = 0;
				for (let row = 0; row < 3; row++) {
					const crest =
						row * reach * 1.15 +
						0.02 +
						noise1(lattice, wx * 0.9, lane + 7 + row) * 0.12 * row;
					const behind = distance - crest;
					const width = 0.05 + 0.1 * row;
					const line =
						behind < 0
							? clamp(1 + behind / 0.03)
							: decay((behind / width) * 1.6);
					white = Math.max(white, line * ramp(0.12, 0.75, lace + line * 0.35));
				}
				const cover = white * 0.92;
				for (let channel = 0; channel < 3; channel++) {
					const tone = foam[channel] * foamLight;
					out[channel] += (tone - out[channel]) * cover;
				}
				// Shallow water lets the sand through.
				const shallow = decay(distance * 5) * 0.55 * (1 - cover);
				for (let channel = 0; channel < 3; channel++) {
					const tone =
						sand[channel] *
						(air.light[channel] * 0.3 + air.shade[channel] * 0.5);
					out[channel] += (tone - out[channel]) * shallow;
				}
				return;
			}
			const grain = fractalNoise(lattice, wx * 16, z * 16 + 30, 3);
			const dunes = fractalNoise(lattice, wx * 1.6, z * 2.2 + 90, 2);
			const wet = ramp(reach * 1.1, 0, -distance + 0.06 * grain);
			const sun = (0.75 + dunes * 0.4) * air.directness;
			const dry = 1 + grain * 0.16 + dunes * 0.14;
			const shine = wet * 0.5 * decay((y - sky.horizon) * 1.2);
			for (let channel = 0; channel < 3; channel++) {
				const lit =
					sand[channel] *
					dry *
					(1 - 0.4 * wet) *
					(air.light[channel] * (0.12 + sun) + air.shade[channel] * 0.6);
				// `out` still holds the sea's mirror of the sky: wet sand keeps some of it.
				out[channel] = lit + (out[channel] - lit) * shine;
			}
		},
	};
}
