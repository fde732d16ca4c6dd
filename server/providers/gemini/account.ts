/** One account with the vendor: where it is, and how what it has is addressed. */
import type { Vendor } from "../wire/vendor.ts";

export interface GeminiAccount {
	/** The provider's name, for the log. */
	readonly name: string;
	/** Without a slash at its end. */
	readonly url: string;
	/** Sends the API key in a header: in a URL, it would be written into other people's logs. */
	readonly vendor: Vendor;
}

const API_VERSION = "v1beta";

export function modelUrl(
	account: GeminiAccount,
	model: string,
	method: string,
): string {
	const name = model.includes("/") ? model : `models/${model}`;
	return `${resourceUrl(account, name)}:${method}`;
}

/** @param name as the vendor has it, `batches/abc`; may be a collection. */
export function resourceUrl({ url }: GeminiAccount, name: string): string {
	return `${url}/${API_VERSION}/${encoded(name)}`;
}

export function uploadUrl({ url }: GeminiAccount): string {
	return `${url}/upload/${API_VERSION}/files`;
}

export function downloadUrl({ url }: GeminiAccount, fileName: string): string {
	return `${url}/download/${API_VERSION}/${encoded(fileName)}:download?alt=media`;
}

function encoded(name: string): string {
	return name.split("/").map(encodeURIComponent).join("/");
}
