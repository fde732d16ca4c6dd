/** What a vendor's refusal means. Most tell a policy, a bill or a wrong apiKey by no code, so that their words are all there is. */
import type { ProviderErrorKind } from "../provider.ts";
import { kindOfStatus } from "../wire/faults.ts";

const CONTENT =
	/\bnsfw\b|moderat|content[ _-]?(policy|filter|violation)|usage guidelines|responsible ai|flagged|unsafe content/i;
const EMPTY_ACCOUNT =
	/insufficient[ _-]?(quota|credit|balance|funds)|exhausted balance|hard[ _]limit/i;
const WRONG_API_KEY =
	/api[ _-]?key[ _-](is )?(not valid|invalid)|(invalid|incorrect) api[ _-]?key/i;

/** Whether a vendor's words are of what may not be drawn. */
export function speaksOfContent(words: unknown): boolean {
	return typeof words === "string" && CONTENT.test(words);
}

export function kindOfRefusal(
	status: number,
	words: string,
): ProviderErrorKind {
	const kind = kindOfStatus(status);
	if (kind === "invalid" && WRONG_API_KEY.test(words)) return "auth";
	if ((kind === "invalid" || kind === "auth") && speaksOfContent(words))
		return "content_blocked";
	if (status >= 400 && status < 500 && EMPTY_ACCOUNT.test(words))
		return "quota_exhausted";
	return kind;
}
