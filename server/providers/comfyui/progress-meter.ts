/** How far a workflow is, from what ComfyUI tells of its nodes: the steps they count, since those take the time. */
import { z } from "zod";
import type { Graph } from "./workflow.ts";

const count = z.number().min(0);
/** Of one node; what it counts is not always steps. */
const progressSchema = z.looseObject({
	node: z.unknown().optional(),
	value: count,
	max: count,
});
const stateSchema = z.looseObject({
	nodes: z.record(z.string(), z.looseObject({ value: count, max: count })),
});

export class ProgressMeter {
	/** From 0 to 1; never falls. */
	fraction = 0;
	readonly #expectedSteps: number;
	readonly #nodes = new Map<string, { value: number; max: number }>();

	constructor(graph: Graph) {
		this.#expectedSteps = Object.values(graph).reduce(
			(sum, { inputs: { steps } }) =>
				sum + (typeof steps === "number" ? steps : 0),
			0,
		);
	}

	/** @returns whether it is further now. */
	read(type: string, data: unknown): boolean {
		if (type === "progress") {
			const read = progressSchema.safeParse(data);
			if (read.success) this.#nodes.set(String(read.data.node), read.data);
		} else if (type === "progress_state") {
			const read = stateSchema.safeParse(data);
			if (read.success)
				for (const [id, node] of Object.entries(read.data.nodes))
					this.#nodes.set(id, node);
		}
		let done = 0;
		let expected = 0;
		for (const { value, max } of this.#nodes.values()) {
			// What counts to 1 is a node that began and ended.
			if (max <= 1) continue;
			done += Math.min(value, max);
			expected += max;
		}
		const fraction = done / Math.max(expected, this.#expectedSteps, 1);
		if (fraction <= this.fraction) return false;
		this.fraction = Math.min(fraction, 1);
		return true;
	}
}
