/** The peaks of a range: pyramids of rock, steepest at the very top, spread over the width of the picture. */

export interface Peak {
	readonly x: number;
	readonly z: number;
	readonly height: number;
	readonly narrowness: number;
}

/** Peaks spread over the width of the picture; the first is the hero. Heights follow from how high they shall appear. */
export function raisePeaks(
	random: () => number,
	halfWidth: number,
	size: number,
): Peak[] {
	const count = Math.min(9, Math.ceil(2 + random() * 2 + halfWidth * 2.4));
	const hero = (random() - 0.5) * 0.9 * Math.min(halfWidth, 0.8);
	const boldness = 0.8 + 0.55 * random();
	return Array.from({ length: count }, (_, index) => {
		const isHero = index === 0;
		const z = isHero ? 13 + random() * 6 : 10 + random() * 22;
		const across = ((index - 1 + random()) / (count - 1)) * 2 - 1;
		const rise = isHero ? 0.3 : 0.07 + 0.15 * random();
		const height = z * rise * size * boldness;
		return {
			x: (isHero ? hero : across * 1.15 * halfWidth) * z,
			z,
			height,
			narrowness: 1 / (height * (1 + 0.7 * random())),
		};
	});
}

/** Writes the height of all peaks together at a point, and its slopes, into `out[0..2]`. */
export function surveyPeaks(
	peaks: readonly Peak[],
	x: number,
	z: number,
	out: Float64Array,
): void {
	let height = 0;
	let slopeX = 0;
	let slopeZ = 0;
	for (let index = 0; index < peaks.length; index++) {
		const peak = peaks[index];
		const dx = (x - peak.x) * peak.narrowness;
		const dz = (z - peak.z) * peak.narrowness;
		const away = Math.sqrt(dx * dx + dz * dz + 0.004);
		const fall = 1 / (1 + away);
		const body = peak.height * fall * fall;
		height += body;
		const steep = (body * fall * peak.narrowness) / away;
		slopeX -= steep * dx;
		slopeZ -= steep * dz;
	}
	out[0] = height;
	out[1] = slopeX * 2;
	out[2] = slopeZ * 2;
}

/** No point at distance z is higher than this. */
export function ceilingOf(peaks: readonly Peak[], z: number): number {
	return peaks.reduce((sum, peak) => {
		const away = Math.abs(z - peak.z) * peak.narrowness;
		return sum + peak.height / ((1 + away) * (1 + away));
	}, 0);
}
