/** One configured server, as every part of this adapter needs it. */
import type { Vendor } from "../wire/vendor.ts";
import type { OpenAiOptions } from "./options.ts";
import type { Software } from "./software.ts";

export interface OpenAiServer {
	/** The provider's name. */
	readonly name: string;
	readonly vendor: Vendor;
	readonly options: OpenAiOptions;
	readonly software: Software;
	/** @param path from the API's root, without a slash before it. */
	urlOf(path: string): string;
}
