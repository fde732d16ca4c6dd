/** Hears what ComfyUI tells while it works on one prompt: how far it is, what it looks like so far, and that it is over. */
import { z } from "zod";
import type { VendorSocketListener } from "../../net/vendor-socket.ts";
import type { CallContext } from "../provider.ts";
import { ProgressMeter } from "./progress-meter.ts";
import type { Graph } from "./workflow.ts";

const messageSchema = z.looseObject({
	type: z.string(),
	data: z.looseObject({
		prompt_id: z.unknown().optional(),
		node: z.unknown().optional(),
	}),
});

const ENDS: ReadonlySet<string> = new Set([
	"execution_success",
	"execution_error",
	"execution_interrupted",
]);

/** A picture on the way: two numbers of four bytes, what it is and how it is coded, and then its bytes. */
const PREVIEW_IMAGE = 1;
const PREVIEW_HEADER_BYTES = 8;

export class Listener implements VendorSocketListener {
	/** Changes when the server chose another id than was suggested to it. */
	promptId: string;
	isOver = false;
	isConnected = true;
	readonly #meter: ProgressMeter;
	readonly #partialImages: number;
	readonly #context: CallContext;
	#shown = 0;
	#showing: Promise<void> | undefined;
	#wake: () => void = () => {};

	constructor(
		promptId: string,
		graph: Graph,
		partialImages: number,
		context: CallContext,
	) {
		this.promptId = promptId;
		this.#meter = new ProgressMeter(graph);
		this.#partialImages = partialImages;
		this.#context = context;
	}

	onText(text: string): void {
		const message = messageSchema.safeParse(parse(text)).data;
		// Servers tell some things to everybody.
		if (message === undefined || message.data.prompt_id !== this.promptId)
			return;
		const { type, data } = message;
		if (this.#meter.read(type, data))
			this.#context.onProgress?.(this.#meter.fraction);
		// Servers before 2024 know no other end than that no node is next.
		if (ENDS.has(type) || (type === "executing" && data.node === null)) {
			this.isOver = true;
			this.#wake();
		}
	}

	onBytes(bytes: Uint8Array): void {
		const view = new DataView(bytes.buffer, bytes.byteOffset);
		const isPreview =
			bytes.byteLength > PREVIEW_HEADER_BYTES &&
			view.getUint32(0) === PREVIEW_IMAGE;
		if (!isPreview || this.#showing !== undefined || !this.#wantsPreview())
			return;
		this.#showing = this.#show(bytes.subarray(PREVIEW_HEADER_BYTES)).finally(
			() => {
				this.#showing = undefined;
			},
		);
	}

	onClose(): void {
		this.isConnected = false;
		this.#wake();
	}

	/** Resolves when something happens that makes a look worth while, at the latest after so many milliseconds. */
	async somethingHappens(latestMs: number, signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		const { promise, resolve } = Promise.withResolvers<void>();
		const timer = setTimeout(resolve, latestMs);
		const leave = () => resolve();
		this.#wake = resolve;
		signal.addEventListener("abort", leave);
		await promise;
		signal.removeEventListener("abort", leave);
		clearTimeout(timer);
		signal.throwIfAborted();
	}

	/** What is being shown is shown before the call is over. */
	async settle(): Promise<void> {
		await this.#showing;
	}

	/** Spread over the work: one after the other would all be noise. */
	#wantsPreview(): boolean {
		const next = (this.#shown + 1) / (this.#partialImages + 1);
		return (
			this.#context.onPartialImage !== undefined &&
			this.#shown < this.#partialImages &&
			this.#meter.fraction >= next
		);
	}

	async #show(bytes: Uint8Array): Promise<void> {
		const index = this.#shown++;
		try {
			const file = await this.#context.keepFile(
				(async function* () {
					yield bytes;
				})(),
			);
			this.#context.onPartialImage?.(file, index);
		} catch {
			// The result does not hang on it.
		}
	}
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
