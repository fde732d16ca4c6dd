/** How much waits and how much is under way, for metrics and the welcome page. */
import type { Queries } from "../../db/database.ts";

export interface QueueDepth {
	readonly provider: string;
	readonly status: "queued" | "active";
	readonly count: number;
}

export async function queueDepths(queries: Queries): Promise<QueueDepth[]> {
	const depths: QueueDepth[] = [];
	for (const status of ["queued", "active"] as const) {
		const rows = await queries
			.selectFrom("generations")
			.select((eb) => ["provider", eb.fn.countAll().as("count")])
			.where("status", "=", status)
			.groupBy("provider")
			.execute();
		for (const { provider, count } of rows)
			depths.push({ provider, status, count: Number(count) });
	}
	return depths;
}
