/** What ComfyUI says when a workflow cannot be begun, or failed on the way. */
import { z } from "zod";
import { ProviderError } from "../provider.ts";
import { redacted } from "../wire/fault-text.ts";
import type { VendorFault } from "../wire/vendor.ts";
import type { HistoryEntry } from "./history.ts";

const refusalSchema = z.looseObject({
	error: z.unknown().optional(),
	node_errors: z
		.record(
			z.string(),
			z.looseObject({
				errors: z
					.array(z.looseObject({ type: z.string().catch("") }))
					.catch([]),
			}),
		)
		.catch({}),
});

/** What a caller can do something about; nodes, checkpoints and links are the owner's. */
const CALLERS_FAULTS: ReadonlySet<string> = new Set([
	"value_bigger_than_max",
	"value_smaller_than_min",
]);

export function readRefusal(
	status: number,
	body: unknown,
): VendorFault | undefined {
	const read = refusalSchema.safeParse(body);
	if (status !== 400 || !read.success || read.data.error === undefined)
		return undefined;
	const types = Object.values(read.data.node_errors).flatMap(({ errors }) =>
		errors.map(({ type }) => type),
	);
	const isCallers =
		types.length > 0 && types.every((type) => CALLERS_FAULTS.has(type));
	return { kind: isCallers ? "invalid" : "not_configured" };
}

const executionError = z.looseObject({
	node_id: z.unknown().optional(),
	node_type: z.unknown().optional(),
	exception_type: z.unknown().optional(),
	exception_message: z.unknown().optional(),
});

/** Nodes may ask money of others, and so a workflow that was begun is not begun again. */
export function checkSuccess(name: string, { status }: HistoryEntry): void {
	if (status === undefined || status.status_str !== "error") return;
	const [event, data] =
		status.messages.find(([each]) => FAILURES.has(each)) ?? [];
	if (event === "execution_interrupted")
		throw new ProviderError("unavailable", `${name}: somebody interrupted it`, {
			mayBePaid: true,
		});
	const read = executionError.catch({}).parse(data);
	throw new ProviderError(
		"unavailable",
		`${name}: node ${read.node_id} (${read.node_type}) failed: ${redacted(
			`${read.exception_type}: ${read.exception_message}`,
		)}`,
		{ mayBePaid: true },
	);
}

const FAILURES: ReadonlySet<string> = new Set([
	"execution_error",
	"execution_interrupted",
]);
