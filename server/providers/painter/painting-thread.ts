/** The thread's side of the crew: paints and packs one band after the other, remembering the set-up picture between bands. */

import { parentPort } from "node:worker_threads";
import type { Brief } from "./brief.ts";
import { createDraftPainter } from "./draft.ts";
import { createRowPainter, type RowPainter } from "./paint.ts";
import { type PackedBand, packBand } from "./png.ts";

/** What the crew sends. */
export interface BandOrder {
	/** The same for all bands of one picture, different for every picture of the process. */
	readonly picture: number;
	readonly brief: Brief;
	readonly isDraft: boolean;
	readonly width: number;
	readonly height: number;
	readonly firstRow: number;
	readonly endRow: number;
}

/** What the thread sends back, in the order of the orders. */
export type BandResult = PackedBand;

let setUp: { picture: number; paint: RowPainter } | undefined;

function paintBand(order: BandOrder): BandResult {
	const { picture, brief, width, height, firstRow, endRow } = order;
	if (setUp?.picture !== picture) {
		// Let go of the old picture's tables before the new one's are made.
		setUp = undefined;
		const create = order.isDraft ? createDraftPainter : createRowPainter;
		setUp = { picture, paint: create(brief, width, height) };
	}
	const rgb = new Uint8Array((endRow - firstRow) * width * 3);
	setUp.paint(firstRow, endRow, rgb);
	return packBand(rgb, width, {
		isFirst: firstRow === 0,
		isLast: endRow === height,
	});
}

parentPort?.on("message", (order: BandOrder) => {
	const result = paintBand(order);
	parentPort?.postMessage(result, [result.chunk.buffer]);
});
