/** What can be asked of a model by contents or a prompt, by the names of the methods. */
import type { DialectContext } from "../../dialect.ts";
import type { ModelMethod } from "../model-methods.ts";
import { countTokens } from "./count-tokens.ts";
import { generateContent, streamGenerateContent } from "./generate.ts";
import { predict } from "./predict.ts";

export function contentMethods(
	context: DialectContext,
): Readonly<Record<string, ModelMethod>> {
	return {
		generateContent: (call) => generateContent(context, call),
		streamGenerateContent: (call) => streamGenerateContent(context, call),
		countTokens,
		predict: (call) => predict(context, call),
	};
}
