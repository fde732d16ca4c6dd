/**
 * What stands between the queue and a provider, the same for all processes: a lock under which work is handed out, a
 * circuit breaker that gives a vendor out of order time to recover, and a limit of pictures a minute.
 */
import type { Queries, TransactionQueries } from "../../db/database.ts";
import type { ProviderError } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";

type GateDependencies = Pick<EngineDependencies, "database" | "clock">;

/** So many calls in a row must find the vendor out of order before its gate closes. */
const FAILURES_TO_CLOSE = 5;
const FIRST_CLOSING_MS = 15_000;
const LONGEST_CLOSING_MS = 300_000;
/** For a vendor that says "too often" and not when to come back. */
const PAUSE_MS = 2_000;
const MINUTE_MS = 60_000;

export interface Gate {
	readonly failures: number;
	/** Milliseconds since 1970; in the past for a gate that is open. */
	readonly closedUntil: number;
}

/** Makes sure that a provider has its gate. */
export async function openGate(
	queries: Queries,
	provider: string,
): Promise<void> {
	await queries
		.insertInto("provider_gates")
		.values({ provider, turn: 0, failures: 0, closed_until: 0 })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

/** Takes the lock of a provider's gate for the rest of the transaction. @returns the gate, and the number of this turn. */
export async function lockGate(
	transaction: TransactionQueries,
	provider: string,
): Promise<Gate & { readonly turn: number }> {
	const row = await transaction
		.updateTable("provider_gates")
		.set((eb) => ({ turn: eb("turn", "+", 1) }))
		.where("provider", "=", provider)
		.returning(["turn", "failures", "closed_until"])
		.executeTakeFirstOrThrow();
	return {
		turn: row.turn,
		failures: row.failures,
		closedUntil: row.closed_until,
	};
}

/** Once a gate that was closed for failures opens again, one call alone tries whether the vendor has recovered. */
export function isOnTrial({ failures }: Gate): boolean {
	return failures >= FAILURES_TO_CLOSE;
}

/** The providers of these whose gate is closed now. */
export async function closedGates(
	{ database, clock }: GateDependencies,
	providers: readonly string[],
): Promise<ReadonlySet<string>> {
	if (providers.length === 0) return new Set();
	const rows = await database.queries
		.selectFrom("provider_gates")
		.select("provider")
		.where("provider", "in", providers)
		.where("closed_until", ">", clock())
		.execute();
	return new Set(rows.map(({ provider }) => provider));
}

/** For how long from now a provider is to be left alone, in milliseconds; 0 for one that may be asked. */
export async function closedForMs(
	{ database, clock }: GateDependencies,
	provider: string,
): Promise<number> {
	const gate = await database.queries
		.selectFrom("provider_gates")
		.select("closed_until")
		.where("provider", "=", provider)
		.executeTakeFirst();
	return Math.max(0, (gate?.closed_until ?? 0) - clock());
}

/** The vendor answered as it should. */
export async function noteSuccess(
	{ database }: GateDependencies,
	provider: string,
): Promise<void> {
	const gate = await database.queries
		.selectFrom("provider_gates")
		.select("failures")
		.where("provider", "=", provider)
		.executeTakeFirst();
	// Nearly always there is nothing to write.
	if (gate === undefined || gate.failures === 0) return;
	await database.queries
		.updateTable("provider_gates")
		.set({ failures: 0, closed_until: 0 })
		.where("provider", "=", provider)
		.execute();
}

/** A call failed: closes the gate for as long as the vendor asks, or when it has been out of order too often. */
export async function noteFault(
	{ database, clock }: GateDependencies,
	provider: string,
	fault: Pick<ProviderError, "kind" | "retryAfterMs" | "mayBePaid">,
): Promise<void> {
	// A vendor that answers something useless is there; else one caller's odd prompts could close the gate for all.
	const isOutOfOrder =
		(fault.kind === "unavailable" && !fault.mayBePaid) ||
		fault.kind === "timeout";
	const pauseMs =
		fault.kind === "rate_limited"
			? (fault.retryAfterMs ?? PAUSE_MS)
			: (fault.retryAfterMs ?? 0);
	if (!isOutOfOrder && pauseMs === 0) {
		// Whatever it refused, it is there.
		await noteSuccess({ database, clock }, provider);
		return;
	}
	await database.transaction(async (transaction) => {
		const gate = await lockGate(transaction, provider);
		const failures = gate.failures + (isOutOfOrder ? 1 : 0);
		const closingMs = Math.max(
			pauseMs,
			isOutOfOrder ? closingFor(failures) : 0,
		);
		await transaction
			.updateTable("provider_gates")
			.set({
				failures,
				closed_until: Math.max(gate.closedUntil, clock() + closingMs),
			})
			.where("provider", "=", provider)
			.execute();
	});
}

/** Twice as long every time it is found out of order again. */
function closingFor(failures: number): number {
	if (failures < FAILURES_TO_CLOSE) return 0;
	const doublings = Math.min(failures - FAILURES_TO_CLOSE, 10);
	return Math.min(FIRST_CLOSING_MS * 2 ** doublings, LONGEST_CLOSING_MS);
}

/**
 * Allows so many pictures to be begun, or tells how long to wait in milliseconds. Exact over all processes: within any 60
 * seconds no more than `imagesPerMinute` are allowed.
 */
export async function takePermit(
	{
		database,
		clock,
		newId,
	}: GateDependencies & Pick<EngineDependencies, "newId">,
	provider: string,
	images: number,
	imagesPerMinute: number,
): Promise<{ readonly waitMs: number }> {
	return await database.transaction(async (transaction) => {
		await lockGate(transaction, provider);
		const now = clock();
		await transaction
			.deleteFrom("provider_permits")
			.where("provider", "=", provider)
			.where("given_at", "<=", now - MINUTE_MS)
			.execute();
		const waitMs = await waitForRoom(
			transaction,
			{ provider, imagesPerMinute },
			images,
			now,
		);
		if (waitMs > 0) return { waitMs };
		await transaction
			.insertInto("provider_permits")
			.values({ id: newId("permit"), provider, images, given_at: now })
			.execute();
		return { waitMs: 0 };
	});
}

/** How long until so many pictures may be begun; 0 for now. */
export async function waitForRoom(
	queries: Queries,
	limit: { readonly provider: string; readonly imagesPerMinute: number },
	images: number,
	now: number,
): Promise<number> {
	const permits = await queries
		.selectFrom("provider_permits")
		.select(["images", "given_at"])
		.where("provider", "=", limit.provider)
		.where("given_at", ">", now - MINUTE_MS)
		.orderBy("given_at")
		.execute();
	let begun = permits.reduce((sum, permit) => sum + permit.images, 0);
	for (const permit of permits) {
		if (begun + images <= limit.imagesPerMinute) break;
		begun -= permit.images;
		if (begun + images <= limit.imagesPerMinute)
			return permit.given_at + MINUTE_MS - now;
	}
	return 0;
}
