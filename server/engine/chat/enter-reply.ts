/** Begins replies: charged and entered in one transaction. */
import type { TransactionQueries } from "../../db/database.ts";
import { charge } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { Principal } from "../generations/request.ts";
import { takeOfTier } from "../limits/tiers.ts";
import type { TalkRoute } from "../models/talkers.ts";

type EnterDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "settings"
>;

/** A reply that is about to begin. */
export interface NewReply {
	readonly id: string;
	readonly principal: Principal;
	readonly dialect: string;
	readonly model: string;
	readonly credits: number;
	readonly route: TalkRoute;
	readonly isBatch: boolean;
	readonly leaseExpiresAt: number | null;
}

/** Charges a reply and enters it as one that is being given. @throws {EngineError} `insufficient_credits` */
export async function enterReply(
	transaction: TransactionQueries,
	dependencies: EnterDependencies,
	reply: NewReply,
): Promise<void> {
	const { id, principal, credits, isBatch } = reply;
	const { teamId } = principal;
	await takeOfTier(transaction, dependencies, principal, {
		images: 0,
		id,
		isBatch,
	});
	if (credits > 0)
		await charge(transaction, dependencies, {
			teamId,
			credits,
			generationId: id,
		});
	await transaction
		.insertInto("replies")
		.values({
			...placeOf(reply.route),
			id,
			team_id: teamId,
			dialect: reply.dialect,
			status: "active",
			model: reply.model,
			credits,
			cost_microdollars: null,
			is_cost_estimated: 0,
			usage_json: null,
			lease_expires_at: reply.leaseExpiresAt,
			created_at: dependencies.clock(),
			ended_at: null,
		})
		.execute();
}

/** The columns that say who is asked. */
export function placeOf({ provider, offer }: TalkRoute) {
	return { provider: provider.name, provider_model: offer.providerModel };
}

/**
 * Begins and charges a reply that a vendor gives in a batch of its own. It is under no lease: whoever works on that batch
 * ends it.
 * @returns its id.
 * @throws {EngineError} `insufficient_credits`
 */
export async function holdReplyForVendor(
	transaction: TransactionQueries,
	dependencies: EnterDependencies,
	reply: Omit<NewReply, "id" | "isBatch" | "leaseExpiresAt">,
): Promise<string> {
	const id = dependencies.newId("reply");
	await enterReply(transaction, dependencies, {
		...reply,
		id,
		isBatch: true,
		leaseExpiresAt: null,
	});
	return id;
}
