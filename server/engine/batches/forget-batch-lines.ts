/**
 * Forgets the lines of batches that ended long ago, together with the files of their results; the batches themselves stay.
 * Lines that are rows of a catalogue stay as long as it does.
 */
import type { EngineDependencies } from "../dependencies.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export async function forgetBatchLines({
	database,
	clock,
	settings,
}: Pick<EngineDependencies, "database" | "clock" | "settings">): Promise<void> {
	const before = clock() - settings.generatedFileDays * DAY_MS;
	await database.queries
		.deleteFrom("batch_lines")
		.where("batch_id", "in", (eb) =>
			eb
				.selectFrom("batches")
				.select("id")
				.where("ended_at", "<", before)
				.where("id", "not in", (parts) =>
					parts.selectFrom("catalogue_parts").select("batch_id"),
				),
		)
		.execute();
}
