/** Looks now and then for catalogues that can go on, as long as this process lives. */
import type { EngineDependencies } from "../dependencies.ts";
import { feedCatalogues } from "./feed-catalogue.ts";

export class CatalogueFeeder {
	readonly #dependencies: EngineDependencies;
	#timer: NodeJS.Timeout | undefined;
	#feeding: Promise<void> | null = null;

	constructor(dependencies: EngineDependencies) {
		this.#dependencies = dependencies;
	}

	start(): void {
		const { pollMs } = this.#dependencies.settings;
		this.#timer = setInterval(() => this.#feed(), pollMs);
		this.#feed();
	}

	/** Resolves when nothing is being entered any more. */
	async stop(): Promise<void> {
		clearInterval(this.#timer);
		await this.#feeding;
	}

	#feed(): void {
		this.#feeding ??= feedCatalogues(this.#dependencies)
			.then(() => {})
			.catch((fault: unknown) =>
				this.#dependencies.log.error(
					{ err: fault },
					"Catalogues could not go on; it will be tried again",
				),
			)
			.finally(() => {
				this.#feeding = null;
			});
	}
}
