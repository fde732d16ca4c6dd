/** The files that a provider hands over during one call: what did not go into storage by its end is thrown away. */
import type { KeptFile } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";

export interface CallFiles {
	/** Takes a picture's bytes as they arrive. @throws when the call is over. */
	keep(bytes: AsyncIterable<Uint8Array>): Promise<KeptFile>;
	/** Ends the call. */
	discardRest(): Promise<void>;
}

export function openCallFiles({
	staging,
}: Pick<EngineDependencies, "staging">): CallFiles {
	const files: KeptFile[] = [];
	let isOver = false;
	return {
		keep: async (bytes) => {
			const file = await staging.stage(bytes);
			files.push(file);
			if (!isOver) return file;
			// From a provider that goes on after it was told to stop: nobody would ever take it away.
			await staging.discard(file);
			throw new Error("The call is over");
		},
		discardRest: async () => {
			isOver = true;
			for (const file of files) await staging.discard(file);
		},
	};
}
