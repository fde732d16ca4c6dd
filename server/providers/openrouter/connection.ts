/** What every call to OpenRouter needs. */
import type { Vendor } from "../wire/vendor.ts";

export interface Connection {
	/** The provider's own name. */
	readonly name: string;
	/** Without a slash at its end. */
	readonly url: string;
	readonly vendor: Vendor;
	/** What nobody may read in a log. */
	readonly secrets: readonly string[];
	/** Milliseconds since 1970. */
	readonly clock: () => number;
}
