/** Tells which requests are this dialect's, wherever they come in: all of them are answered under /gemini. */
import type { OwnPath } from "../../http/http-server.ts";

export const PREFIX = "/gemini";

/** Versions that no other dialect has, and the places for bytes. */
const OURS =
	/^\/(?:v1alpha|v1beta|(?:upload|download)\/v1(?:alpha|beta)?)(?=[/?]|$)/;
/** Other dialects answer under this one too. */
const SHARED = /^\/v1(?=[/?]|$)/;

/** Google's SDKs for JavaScript say /v1 since 3.0, as other vendors' do: the signs of a client tell them apart. */
export const ownPath: OwnPath = ({ url = "/", headers }) => {
	if (OURS.test(url)) return PREFIX + url;
	return SHARED.test(url) && hasSign(url, headers) ? PREFIX + url : undefined;
};

function hasSign(
	url: string,
	headers: Parameters<OwnPath>[0]["headers"],
): boolean {
	if ("x-goog-api-key" in headers || "x-goog-api-client" in headers)
		return true;
	// What a browser asks first has no header of Google's, but names those that will come.
	const announced = headers["access-control-request-headers"] ?? "";
	if (/\bx-goog-/i.test(announced)) return true;
	const [, query = ""] = url.split("?");
	return new URLSearchParams(query).has("key");
}
