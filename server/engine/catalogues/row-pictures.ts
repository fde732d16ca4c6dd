/** Takes in the pictures that come with lines of requests: those in the lines are staged as they stream by, checked, and kept in storage. */
import { randomUUID } from "node:crypto";
import { type StagedFile, StagingLimitError } from "../../storage/staging.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import {
	discardInputs,
	gatherInputImages,
} from "../generations/gather-input-images.ts";
import type { InputImageSource } from "../generations/request.ts";
import { storeInputs } from "../generations/store-inputs.ts";
import type { KeptPicture } from "./row-wishes.ts";

/** Stands in a line for a picture that stood there in base64. */
export interface HeldPicture {
	readonly handle: string;
	/** `null` for one that was too large to be taken in. */
	readonly file: StagedFile | null;
}

type PictureDependencies = Pick<
	EngineDependencies,
	"database" | "storage" | "staging" | "clock" | "fetchGuarded" | "settings"
>;

/** The pictures of one file of requests, a line after the other. */
export class RowPictures {
	readonly #dependencies: PictureDependencies;
	readonly #teamId: string;
	readonly #areKept: boolean;
	/** Of the line that is being read. */
	readonly #held = new Map<string, HeldPicture>();
	#storageKeys = new Set<string>();

	/** @param areKept whether they are to be stored, or only looked at. */
	constructor(
		dependencies: PictureDependencies,
		teamId: string,
		areKept: boolean,
	) {
		this.#dependencies = dependencies;
		this.#teamId = teamId;
		this.#areKept = areKept;
	}

	/** Takes in a picture that stands in a line. One that is too large is the line's fault, and ends nothing. */
	async hold(bytes: AsyncIterable<Uint8Array>): Promise<HeldPicture> {
		const { staging, settings } = this.#dependencies;
		const held: HeldPicture = {
			handle: randomUUID(),
			file: await staging
				.stage(bytes, { maxBytes: settings.maxReferenceBytes })
				.catch((error: unknown) => {
					if (error instanceof StagingLimitError) return null;
					throw error;
				}),
		};
		this.#held.set(held.handle, held);
		return held;
	}

	/**
	 * A link stays one: it is fetched when the row is worked on.
	 * @throws {EngineError} naming the field of what is no picture, or too large.
	 */
	async keep(source: InputImageSource): Promise<KeptPicture> {
		if (source.kind === "url") return { kind: "url", url: source.url };
		const inputs = await gatherInputImages(this.#dependencies, [
			this.#sourceOf(source),
		]);
		try {
			if (!this.#areKept) return { kind: "stored", storageKey: "" };
			const [stored] = await storeInputs(
				this.#dependencies,
				this.#teamId,
				inputs,
			);
			if (stored === undefined) throw new Error("Nothing was stored");
			this.#storageKeys.add(stored.storageKey);
			return { kind: "stored", storageKey: stored.storageKey };
		} finally {
			await discardInputs(this.#dependencies, inputs);
		}
	}

	/** Lets go of what the line that was read has no use for. */
	async letGo(): Promise<void> {
		for (const { file } of this.#held.values())
			if (file !== null) await this.#dependencies.staging.discard(file);
		this.#held.clear();
	}

	/** @returns the storageKeys of all that was kept since it was last asked, each once. */
	takeStorageKeys(): string[] {
		const storageKeys = [...this.#storageKeys];
		this.#storageKeys = new Set();
		return storageKeys;
	}

	#sourceOf(source: InputImageSource): InputImageSource {
		const held =
			source.kind === "base64" ? this.#held.get(source.data) : undefined;
		if (held === undefined) return source;
		const { field } = source;
		const { file } = held;
		if (file !== null) return { kind: "staged", field, file };
		const { maxReferenceBytes } = this.#dependencies.settings;
		throw new EngineError(
			"payload_too_large",
			`${field} is larger than ${maxReferenceBytes} bytes.`,
			{
				details: { field, allowed: `at most ${maxReferenceBytes} bytes` },
			},
		);
	}
}
