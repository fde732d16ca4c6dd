/** What an interaction is: one turn, asked and answered, that knows the turn before it. */
import type { Usage, Warning } from "../../providers/provider.ts";
import type { ReplyEvent, ReplyRequest } from "../chat/reply-request.ts";
import type {
	ItemPart,
	NewMessage,
	Role,
} from "../conversations/conversation.ts";
import type { ItemPicture } from "../conversations/items.ts";
import type { EngineErrorCode } from "../errors.ts";
import type { Generation, Principal } from "../generations/request.ts";

export type InteractionStatus =
	| "in_progress"
	| "completed"
	/** An answer in words that was cut, or that broke off: then there is an error. */
	| "incomplete"
	| "failed"
	| "canceled";

export interface Interaction {
	readonly id: string;
	/** As the caller named it, or who answers. */
	readonly model: string;
	readonly previousId: string | null;
	readonly status: InteractionStatus;
	/** The answer, if it is in words. */
	readonly text: string | null;
	/** What draws the answer, if it is a picture. */
	readonly generation: Generation | null;
	/** `null` when nobody counted. */
	readonly usage: Usage | null;
	/** What was paid for it; `null` while nobody knows. */
	readonly credits: number | null;
	readonly warnings: readonly Warning[];
	readonly error: {
		readonly code: EngineErrorCode;
		readonly message: string;
	} | null;
	readonly dialectData: Readonly<Record<string, unknown>>;
	/** Milliseconds since 1970. */
	readonly createdAt: number;
	readonly updatedAt: number;
}

/** A message as it was asked. Pictures that came with it are numbered through the interaction. */
export interface AskedTurn {
	readonly role: Role;
	readonly parts: readonly (
		| Exclude<ItemPart, { kind: "input" }>
		| { readonly kind: "input"; readonly index: number }
	)[];
}

/** What was said in an interaction, to be gone on from. */
export interface Said {
	readonly interaction: Interaction;
	readonly asked: readonly NewMessage[];
	/** `undefined` when there is no answer, or no more. */
	readonly answered: NewMessage | undefined;
}

export interface NewInteraction {
	readonly previousId?: string | undefined;
	/** What was said before, as `history` tells it. */
	readonly earlier: readonly NewMessage[];
	/** Its turns are those that are new. */
	readonly request: ReplyRequest;
	/** The caller's request under an idempotencyKey is answered once, and to its end though the caller leaves. */
	readonly idempotency?: ReplyRequest["idempotency"];
	/** Kept with the interaction and given back, for the dialect alone. */
	readonly dialectData: Readonly<Record<string, unknown>>;
}

/** An interaction that began, or the one that an earlier request under the same idempotencyKey began. */
export type Opened =
	| {
			readonly kind: "new";
			readonly id: string;
			/** To be read to its end; as a chat's. What is refused is thrown before the first of them, and nothing is kept then. */
			readonly events: AsyncGenerator<ReplyEvent, void>;
	  }
	| { readonly kind: "repeated"; readonly interaction: Interaction };

/** Everything throws {EngineError} `not_found` for what is not the caller's, as for what is not there at all. */
export interface Interactions {
	/**
	 * What was said up to and with an interaction, oldest first, as far as it is kept.
	 * @param field by which the caller names it.
	 * @throws {EngineError} `conflict` while it is in progress: there is nothing to go on from yet.
	 */
	history(
		principal: Principal,
		id: string,
		field: string,
	): Promise<readonly NewMessage[]>;
	/** What was said in it alone. @param field by which the caller names it. */
	said(principal: Principal, id: string, field: string): Promise<Said>;
	/** What was asked in it, to be shown. */
	asked(principal: Principal, id: string): Promise<readonly AskedTurn[]>;
	/** A picture that came with it, for whoever proved the right to see it, by a signed URL for instance. */
	findPicture(id: string, index: number): Promise<ItemPicture | null>;
	/** @throws {EngineError} for pictures that are none; `conflict` for another request under the same idempotencyKey. */
	open(
		principal: Principal,
		interaction: NewInteraction,
		signal: AbortSignal,
	): Promise<Opened>;
	/** Has it answered although nobody waits. @throws {EngineError} for what is refused; nothing is kept then. */
	openInBackground(
		principal: Principal,
		interaction: NewInteraction,
	): Promise<Interaction>;
	get(principal: Principal, id: string): Promise<Interaction>;
	/** As `get`, when it has ended, or after as long as a caller may be kept waiting. */
	waitForEnd(
		principal: Principal,
		id: string,
		signal: AbortSignal,
	): Promise<Interaction>;
	/** Stops it; what is drawn stays drawn. One that has ended is returned as it is. */
	cancel(principal: Principal, id: string): Promise<Interaction>;
	/** Those after it stay, and begin where it was. */
	delete(principal: Principal, id: string): Promise<void>;
}
