/** An interaction that is stored nowhere: it is known by what is heard of it. */
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import type { Interaction } from "../../../engine/engine.ts";

export class UnstoredInteraction implements Omit<Interaction, "id"> {
	readonly model: string;
	readonly previousId: string | null;
	readonly dialectData: Interaction["dialectData"];
	readonly createdAt: number;
	readonly error = null;
	status: Interaction["status"] = "in_progress";
	text: string | null = null;
	generation: Interaction["generation"] = null;
	usage: Interaction["usage"] = null;
	credits: Interaction["credits"] = null;
	warnings: Interaction["warnings"] = [];
	updatedAt: number;

	constructor(
		model: string,
		previousId: string | null,
		dialectData: Interaction["dialectData"],
		now: number,
	) {
		this.model = model;
		this.previousId = previousId;
		this.dialectData = dialectData;
		this.createdAt = now;
		this.updatedAt = now;
	}

	/** The events as they come. */
	async *noting(
		events: AsyncIterable<ReplyEvent>,
		clock: () => number,
	): AsyncGenerator<ReplyEvent, void> {
		for await (const event of events) {
			this.updatedAt = clock();
			if (event.kind === "text") this.text = (this.text ?? "") + event.text;
			if (event.kind === "picture") this.generation = event.generation;
			if (event.kind === "end") {
				this.status = event.reason === "stop" ? "completed" : "incomplete";
				this.usage = event.usage;
				this.credits = event.credits;
				this.warnings = event.warnings;
			}
			yield event;
		}
	}
}
