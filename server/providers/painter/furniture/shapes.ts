/** Distances to the simple bodies that furniture is built from. */

const abs = (value: number) => (value < 0 ? -value : value);

/** A box with rounded edges, its middle at the origin. */
export function roundBox(
	x: number,
	y: number,
	z: number,
	halfWidth: number,
	halfHeight: number,
	halfDepth: number,
	radius: number,
): number {
	const dx = abs(x) - halfWidth + radius;
	const dy = abs(y) - halfHeight + radius;
	const dz = abs(z) - halfDepth + radius;
	const px = dx > 0 ? dx : 0;
	const py = dy > 0 ? dy : 0;
	const pz = dz > 0 ? dz : 0;
	const inside = dx > dy ? (dx > dz ? dx : dz) : dy > dz ? dy : dz;
	return (
		Math.sqrt(px * px + py * py + pz * pz) + (inside < 0 ? inside : 0) - radius
	);
}

/** An upright cylinder, its middle at the origin. */
export function cylinder(
	x: number,
	y: number,
	z: number,
	radius: number,
	halfHeight: number,
): number {
	const across = Math.sqrt(x * x + z * z) - radius;
	const up = abs(y) - halfHeight;
	if (across <= 0 && up <= 0) return across > up ? across : up;
	const px = across > 0 ? across : 0;
	const py = up > 0 ? up : 0;
	return Math.sqrt(px * px + py * py);
}

/** A rod with round ends between two points. */
export function rod(
	x: number,
	y: number,
	z: number,
	ax: number,
	ay: number,
	az: number,
	bx: number,
	by: number,
	bz: number,
	radius: number,
): number {
	const dx = bx - ax;
	const dy = by - ay;
	const dz = bz - az;
	const px = x - ax;
	const py = y - ay;
	const pz = z - az;
	const along = (px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz);
	const share = along < 0 ? 0 : along > 1 ? 1 : along;
	const qx = px - dx * share;
	const qy = py - dy * share;
	const qz = pz - dz * share;
	return Math.sqrt(qx * qx + qy * qy + qz * qz) - radius;
}
