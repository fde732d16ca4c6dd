/** A draft of a picture: the same picture in large dots, for when there need only be one, as in the tests of an application. */
import type { Brief } from "./brief.ts";
import { createRowPainter, type RowPainter } from "./paint.ts";

/** Pixels to the side of a dot: a sixteenth of the work. */
const DOT = 4;

/** As `createRowPainter`. @param width pixels. @param height pixels. */
export function createDraftPainter(
	brief: Brief,
	width: number,
	height: number,
): RowPainter {
	const columns = Math.ceil(width / DOT);
	const paint = createRowPainter(brief, columns, Math.ceil(height / DOT));
	const dots = new Uint8Array(columns * 3);
	return (firstRow, endRow, out) => {
		let painted: number | undefined;
		for (let row = firstRow; row < endRow; row++) {
			const dotRow = Math.floor(row / DOT);
			if (dotRow !== painted) paint(dotRow, dotRow + 1, dots);
			painted = dotRow;
			const start = (row - firstRow) * width * 3;
			for (let column = 0; column < width; column++) {
				const dot = Math.floor(column / DOT) * 3;
				for (let channel = 0; channel < 3; channel++)
					out[start + column * 3 + channel] = dots[dot + channel] ?? 0;
			}
		}
	};
}
