/** Every command there is, one line each. */
import type { Command } from "../command-line/command.ts";
import { batchCancel } from "./batch/cancel.ts";
import { batchList } from "./batch/list.ts";
import { batchRetry } from "./batch/retry.ts";
import { batchRun } from "./batch/run.ts";
import { batchShow } from "./batch/show.ts";
import { generate } from "./image/generate.ts";
import { modelList } from "./model/list.ts";

export const commands: readonly Command[] = [
	generate,
	batchRun,
	batchList,
	batchShow,
	batchRetry,
	batchCancel,
	modelList,
];
