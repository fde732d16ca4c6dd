/** Where a provider waits in the middle of its work, until the test lets it go on or has it fail. */
import { waitUntil } from "./wait-until.ts";

export interface HoldUp {
	/** Of the provider: until it is let go. @throws what it is to fail with. */
	wait(): Promise<void>;
	/** Of the test: waits for the provider to be there, and lets it go on, or fail. */
	letGo(fault?: Error): Promise<void>;
}

export function createHoldUp(): HoldUp {
	let waiting: PromiseWithResolvers<void> | undefined;
	return {
		wait: async () => {
			waiting = Promise.withResolvers<void>();
			await waiting.promise;
		},
		letGo: async (fault) => {
			const { resolve, reject } = await waitUntil(async () => waiting ?? false);
			waiting = undefined;
			if (fault === undefined) resolve();
			else reject(fault);
		},
	};
}
