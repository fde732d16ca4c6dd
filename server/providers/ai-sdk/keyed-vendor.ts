/** A vendor that wants an apiKey and nothing else: most do. */
import { z } from "zod";
import { type Setting, type Settings, textSetting } from "../../settings.ts";
import { urlOption } from "../provider-kind.ts";
import {
	type AiSdkOptions,
	type AiSdkVendor,
	aiSdkOptions,
} from "./ai-sdk-vendor.ts";

export interface KeyedOptions extends AiSdkOptions {
	readonly apiKey: string;
	/** Of the vendor's API. */
	readonly url: string;
}

export type KeyedVendor = AiSdkVendor<
	Record<string, Setting<string>>,
	KeyedOptions
>;

export function keyedVendor(
	vendor: Omit<
		KeyedVendor,
		"settings" | "options" | "optionsOf" | "missing" | "urlOf"
	> & {
		/** For people. */
		title: string;
		/** Environment variables that may have the apiKey, the one that counts first. */
		variables: readonly [string, ...string[]];
		/** Of its API, unless the configuration has another. */
		url: string;
	},
): KeyedVendor {
	const { title, variables, url, ...rest } = vendor;
	const settings = Object.fromEntries(
		variables.map((variable) => [
			variable,
			textSetting({
				variable,
				default: "",
				meaning: `The apiKey of an account with ${title}`,
				isSecret: true,
			}),
		]),
	) satisfies Settings;
	return {
		...rest,
		settings,
		options: z.strictObject({
			...aiSdkOptions,
			apiKey: z.string().default(""),
			url: urlOption.default(url),
		}),
		optionsOf: (values) => ({
			apiKey: variables.map((variable) => values[variable]).find(Boolean),
		}),
		missing: ({ apiKey }) =>
			apiKey === ""
				? { variables: variables.join(" or "), options: "apiKey" }
				: undefined,
		urlOf: (options) => options.url,
	};
}
