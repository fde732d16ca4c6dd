/** Finds where the rows of some statuses stand in a table, however many other rows there are. */
import type { Queries } from "../../db/database.ts";
import type { RowStatus } from "./catalogue.ts";
import { idleRows, LINES_OF, rowsByLine } from "./row-lines.ts";

/** The first positions of rows that have one of these statuses. */
export async function positionsOf(
	queries: Queries,
	catalogueId: string,
	statuses: readonly RowStatus[],
	after: number,
	limit: number,
): Promise<number[]> {
	const positions: number[] = [];
	for (const status of new Set(statuses)) {
		for (const { step, statuses: ofLines } of LINES_OF[status]) {
			const rows = await rowsByLine(queries, catalogueId, step, ofLines)
				.select("batch_lines.position")
				.where("batch_lines.position", ">", after)
				.orderBy("batch_lines.position")
				.limit(limit)
				.execute();
			positions.push(...rows.map(({ position }) => position));
		}
		if (status !== "waiting" && status !== "invalid") continue;
		const rows = await idleRows(queries, catalogueId)
			.select("catalogue_rows.position")
			.where(
				"catalogue_rows.fault",
				status === "waiting" ? "is" : "is not",
				null,
			)
			.where("catalogue_rows.position", ">", after)
			.orderBy("catalogue_rows.position")
			.limit(limit)
			.execute();
		positions.push(...rows.map(({ position }) => position));
	}
	return positions.sort((one, other) => one - other).slice(0, limit);
}
