/** What ComfyUI remembers of a workflow that is over. */
import { z } from "zod";
import type { Workflow } from "./workflow.ts";

const imageSchema = z.looseObject({
	filename: z.string(),
	subfolder: z.string().catch(""),
	type: z.string().catch("output"),
});

/** A picture that lies with the server. */
export type FoundImage = z.infer<typeof imageSchema>;

const entrySchema = z.looseObject({
	outputs: z
		.record(
			z.string(),
			z.looseObject({ images: z.array(z.unknown()).catch([]) }).catch({
				images: [],
			}),
		)
		.catch({}),
	/** Old servers do not say. */
	status: z
		.looseObject({
			status_str: z.string().catch(""),
			messages: z.array(z.tuple([z.string(), z.unknown()])).catch([]),
		})
		.optional()
		.catch(undefined),
});

export type HistoryEntry = z.infer<typeof entrySchema>;

/** @param history the answer about one prompt: empty as long as it is not over. */
export function entryOf(
	history: unknown,
	promptId: string,
): HistoryEntry | undefined {
	const read = z.record(z.string(), z.unknown()).safeParse(history);
	const entry = read.success ? read.data[promptId] : undefined;
	return entry === undefined ? undefined : entrySchema.parse(entry);
}

const queueItem = z.tuple([z.unknown(), z.string()], z.unknown());
const queueSchema = z.looseObject({
	queue_running: z.array(z.unknown()).catch([]),
	queue_pending: z.array(z.unknown()).catch([]),
});

export function placeInQueue(
	queue: unknown,
	promptId: string,
): "running" | "pending" | "none" {
	const { queue_running, queue_pending } = queueSchema.parse(queue);
	const isOurs = (item: unknown) =>
		queueItem.safeParse(item).data?.[1] === promptId;
	if (queue_running.some(isOurs)) return "running";
	return queue_pending.some(isOurs) ? "pending" : "none";
}

/** What a workflow saves is its result; what it shows on the way is that only when it saves nothing. */
export function imagesOf(
	{ outputs }: HistoryEntry,
	{ output }: Pick<Workflow, "output">,
): FoundImage[] {
	const all = Object.entries(outputs)
		.filter(([node]) => output === undefined || node === output)
		.flatMap(([, { images }]) => images)
		.flatMap((image) => imageSchema.safeParse(image).data ?? []);
	const saved = all.filter(({ type }) => type === "output");
	return saved.length > 0 ? saved : all;
}
