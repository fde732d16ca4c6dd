/** The dialects Gesso speaks, one line each. */
import type { Dialect } from "./dialect.ts";
import { gemini } from "./gemini/dialect.ts";
import { openai } from "./openai/dialect.ts";
import { platform } from "./platform/dialect.ts";
import { text2image } from "./text2image/dialect.ts";

export const dialects: readonly Dialect[] = [
	platform,
	openai,
	gemini,
	text2image,
];
