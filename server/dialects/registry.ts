/** The dialects Gesso speaks, one line each. */
import type { Dialect } from "./dialect.ts";
import { platform } from "./platform/dialect.ts";
import { text2image } from "./text2image/dialect.ts";

export const dialects: readonly Dialect[] = [platform, text2image];
