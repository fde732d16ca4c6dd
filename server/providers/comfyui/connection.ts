/** What every call to a ComfyUI server needs. */
import type { ProviderServices } from "../provider-kind.ts";
import type { Vendor } from "../wire/vendor.ts";

export interface Connection {
	/** The provider's own name. */
	readonly name: string;
	/** Without a slash at its end. */
	readonly url: string;
	readonly vendor: Vendor;
	readonly openSocket: ProviderServices["openSocket"];
	/** From 0 up to but not including 1. */
	readonly random: () => number;
}
