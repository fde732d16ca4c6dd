/** The kinds of providers Gesso draws with, one line each. */
import { aiSdkKinds } from "./ai-sdk/kinds.ts";
import { automatic1111 } from "./automatic1111/kind.ts";
import { comfyui } from "./comfyui/kind.ts";
import { gemini } from "./gemini/kind.ts";
import { openai } from "./openai/kind.ts";
import { openrouter } from "./openrouter/kind.ts";
import { painter } from "./painter/kind.ts";
import type { ProviderKind } from "./provider-kind.ts";

export const providerKinds: readonly ProviderKind[] = [
	painter,
	gemini,
	openai,
	openrouter,
	automatic1111,
	comfyui,
	...aiSdkKinds,
];
