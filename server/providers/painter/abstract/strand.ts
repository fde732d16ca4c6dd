/** The run of one strand of a weave within a tile: straight, or straight across the side and then in an arc. */

/** A strand near the middle of a side; distances in sides. */
export interface Strand {
	/** Signed distance from its middle line, positive towards the tile's corner. */
	distance: number;
	/** The unit vector along which that distance grows, in the tile's u and v. */
	u: number;
	v: number;
}

/** How to find a strand's distance in one kind of tile. */
export interface StrandShape {
	readonly cosine: number;
	readonly sine: number;
	/** Radius of the arc, negative when it bends around the tile's middle; 0 for a straight strand. */
	readonly radius: number;
	/** Where the arc begins, from the side's middle on: bands of unlike tiles must fit together across their whole width. */
	readonly straight: number;
}

/** Measures the strand that runs from the side's middle into v > 0, or with `mirror` -1 the one that crosses it there. */
export function measure(
	shape: StrandShape,
	apothem: number,
	u: number,
	v: number,
	mirror: number,
	strand: Strand,
): void {
	const du = u - apothem;
	const across = v * mirror;
	const { cosine, sine, radius, straight } = shape;
	const forward = across * sine - du * cosine - straight;
	const aside = du * sine + across * cosine;
	if (radius === 0 || forward <= 0) {
		strand.distance = aside;
		strand.u = sine;
		strand.v = cosine * mirror;
		return;
	}
	const rest = aside - radius;
	const away = Math.sqrt(forward * forward + rest * rest) + 1e-9;
	const sign = radius > 0 ? 1 : -1;
	strand.distance = radius - away * sign;
	// Back from along and across the strand to u and v.
	const along = (-forward / away) * sign;
	const outward = (-rest / away) * sign;
	strand.u = outward * sine - along * cosine;
	strand.v = (along * sine + outward * cosine) * mirror;
}

/** @param tangent of half a side's angle at the tile's middle. @param half width of half a band. */
export function shapeFor(
	opening: number,
	isRound: boolean,
	half: number,
	tangent: number,
): StrandShape {
	const cosine = (1 - opening * opening) / (1 + opening * opening);
	const sine = (2 * opening) / (1 + opening * opening);
	const straight = half * 1.3;
	const rest = cosine - sine * tangent;
	// An arc this flat is a straight line.
	const isStraight = !isRound || (rest < 0.02 && rest > -0.02);
	const radius = isStraight
		? 0
		: (0.5 - straight * (tangent * cosine + sine)) / rest;
	return { cosine, sine, radius, straight };
}
