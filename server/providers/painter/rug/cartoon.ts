/** The weaver's cartoon: a grid of knots, each with the number of its dye. Only one quarter is drawn; the loom mirrors it. */

/** Returned by motifs for knots that stay as they are. */
export const KEEP = 255;

/** What each dye of a rug is for; the palette gives them colours. */
export const DYE = Object.freeze({
	selvedge: 0,
	field: 1,
	border: 2,
	outline: 3,
	light: 4,
	accent: 5,
	second: 6,
	third: 7,
	guard: 8,
	medallion: 9,
});
export const DYE_COUNT = 10;

/**
 * A figure in its own square: `across` and `up` run from -1 to 1, `knot` is the size of one knot in these units.
 * Returns a dye or `KEEP`.
 */
export type Motif = (across: number, up: number, knot: number) => number;

/** Where a motif stands. All lengths in knots, from the rug's centre. */
export interface Place {
	readonly x: number;
	readonly y: number;
	/** Unit vector of the motif's own "up". */
	readonly upX: number;
	readonly upY: number;
	/** Half the side of the motif's square. */
	readonly size: number;
}

export class Cartoon {
	/** Half the rug's width in knots. */
	readonly columns: number;
	/** Half the rug's length in knots. */
	readonly rows: number;
	/** Row by row; the first knot lies beside the rug's centre. */
	readonly dyes: Uint8Array;

	constructor(columns: number, rows: number, dye: number) {
		this.columns = columns;
		this.rows = rows;
		this.dyes = new Uint8Array(columns * rows).fill(dye);
	}

	/** The dye at a point, or `KEEP` outside. */
	at(x: number, y: number): number {
		const column = Math.floor(x);
		const row = Math.floor(y);
		if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) {
			return KEEP;
		}
		return this.dyes[row * this.columns + column];
	}

	/** Asks for the dye of every knot between the corners; `KEEP` leaves it. */
	paint(
		left: number,
		top: number,
		right: number,
		bottom: number,
		dyeAt: (x: number, y: number, dye: number) => number,
	): void {
		const { columns, rows, dyes } = this;
		const endColumn = Math.min(columns, Math.ceil(right));
		const endRow = Math.min(rows, Math.ceil(bottom));
		for (let row = Math.max(0, Math.floor(top)); row < endRow; row++) {
			for (
				let column = Math.max(0, Math.floor(left));
				column < endColumn;
				column++
			) {
				const index = row * columns + column;
				const dye = dyeAt(column + 0.5, row + 0.5, dyes[index]);
				if (dye !== KEEP) dyes[index] = dye;
			}
		}
	}

	/** Weaves a motif; with `ground`, only where that dye lies. */
	stamp(place: Place, motif: Motif, ground?: number): void {
		const { x, y, upX, upY, size } = place;
		const reach = size * 1.42;
		this.paint(x - reach, y - reach, x + reach, y + reach, (px, py, dye) => {
			if (ground !== undefined && dye !== ground) return KEEP;
			const dx = (px - x) / size;
			const dy = (py - y) / size;
			const up = dx * upX + dy * upY;
			const across = dx * upY - dy * upX;
			if (across < -1 || across > 1 || up < -1 || up > 1) return KEEP;
			return motif(across, up, 1 / size);
		});
	}

	/** Weaves a line through points given as x, y, x, y...; with `ground`, only where that dye lies. */
	stroke(
		points: readonly number[],
		width: number,
		dye: number,
		ground?: number,
	): void {
		const half = width / 2;
		const squared = half * half;
		for (let index = 0; index + 1 < points.length; index += 2) {
			const x = points[index];
			const y = points[index + 1];
			this.paint(x - half, y - half, x + half, y + half, (px, py, under) => {
				if (ground !== undefined && under !== ground) return KEEP;
				return (px - x) * (px - x) + (py - y) * (py - y) <= squared
					? dye
					: KEEP;
			});
		}
	}

	/** Whether a disc lies wholly on one dye. */
	isFree(x: number, y: number, radius: number, ground: number): boolean {
		for (const [dx, dy] of AROUND) {
			const dye = this.at(mirrored(x + dx * radius), mirrored(y + dy * radius));
			if (dye !== ground) return false;
		}
		return true;
	}
}

function mirrored(value: number): number {
	return value < 0 ? -value : value;
}

/** Points on and in the unit circle. */
const AROUND: readonly (readonly [number, number])[] = [
	[0, 0],
	[1, 0],
	[0.71, 0.71],
	[0, 1],
	[-0.71, 0.71],
	[-1, 0],
	[-0.71, -0.71],
	[0, -1],
	[0.71, -0.71],
	[0.5, 0],
	[0, 0.5],
	[-0.5, 0],
	[0, -0.5],
];
