/** What a dialect asks of a chat, and what it gets back piece by piece. */
import type {
	Background,
	Modality,
	Quality,
	Usage,
	Warning,
} from "../../providers/provider.ts";
import type { NewMessage } from "../conversations/conversation.ts";
import type {
	Generation,
	GenerationRequest,
	Principal,
} from "../generations/request.ts";
import type { PartialImage } from "../generations/watch-generation.ts";
import type { AspectRatio, Resolution, Size } from "../models/model.ts";

export interface ReplyRequest {
	readonly dialect: string;
	/** The model's public name. When missing, whoever talks here answers. */
	readonly model?: string | undefined;
	/** What the assistant is told to be. */
	readonly instructions?: string | undefined;
	/** From the oldest to the one to be answered, which is a user's. */
	readonly turns: readonly NewMessage[];
	/** The conversation whose items come before the turns. */
	readonly conversationId?: string | undefined;
	/** Whether the conversation remembers what is said now: nothing, the last turn and the answer, or all turns and the answer. */
	readonly store: "nothing" | "last_turn" | "all_turns";
	/** What the answer may consist of; the model decides when missing. */
	readonly modalities?: readonly Modality[] | undefined;
	/**
	 * Has pictures drawn for a model that may only talk: always, or when the last message asks for one. Of no effect on a
	 * model that draws.
	 */
	readonly drawing?:
		| {
				readonly when: "asked" | "always";
				/** Who draws; whoever draws by default when missing. */
				readonly model?: string | undefined;
		  }
		| undefined;
	/** Whether an earlier picture is changed when the last turn has none itself: `never` draws anew. */
	readonly earlierPicture?: "change" | "never" | undefined;
	readonly aspectRatio?: AspectRatio | undefined;
	readonly resolution?: Resolution | undefined;
	readonly size?: Size | undefined;
	readonly quality?: Quality | undefined;
	readonly background?: Background | undefined;
	/** How many unfinished pictures are wanted on the way, 0 to 3; they are events of their own. */
	readonly partialImages?: number | undefined;
	readonly seed?: number | undefined;
	readonly temperature?: number | undefined;
	readonly maxOutputTokens?: number | undefined;
	/**
	 * The same request under the same idempotencyKey is given the first answer, within a day. Words are said to their end
	 * then though the caller leaves, and are paid for when they are whole; when they fail, the idempotencyKey is free again.
	 */
	readonly idempotency?: GenerationRequest["idempotency"];
}

/** The first is `begin`, the last `end`; between them are those of what is said, or one picture after its unfinished ones. */
export type ReplyEvent =
	| {
			/** The request is accepted and charged. */
			readonly kind: "begin";
			/** Of the reply or the generation, or of the interaction that is answered. */
			readonly id: string;
			/** As the caller named it, or who answers. */
			readonly model: string;
			readonly answer: "text" | "picture";
			readonly createdAt: number;
			/** Whether older items of the conversation were left out. */
			readonly isTrimmed: boolean;
	  }
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "partial"; readonly image: PartialImage }
	| { readonly kind: "picture"; readonly generation: Generation }
	| {
			readonly kind: "end";
			/** `length`: the answer was cut. */
			readonly reason: "stop" | "length";
			/** `null` when the vendor did not count. */
			readonly usage: Usage | null;
			readonly credits: number;
			readonly warnings: readonly Warning[];
	  };

/** What a request will be answered with. Warnings are those that nobody else will give. */
export type ForeseenAnswer =
	| { readonly kind: "words"; readonly warnings: readonly Warning[] }
	| {
			readonly kind: "picture";
			readonly request: GenerationRequest;
			readonly warnings: readonly Warning[];
	  };

/** A chat's door. */
export interface ChatRoom {
	/**
	 * Answers a conversation. Ends early when the signal aborts: words that were not said are not charged when none was
	 * said at all; a picture that is being drawn is drawn to its end all the same.
	 * @throws {EngineError} before the first event for what is refused, and has charged and kept nothing then; after it for
	 * what fails, refunded unless something was said.
	 */
	reply(
		principal: Principal,
		request: ReplyRequest,
		signal: AbortSignal,
	): AsyncGenerator<ReplyEvent, void>;
	/**
	 * What a request without a conversation is answered with, for whoever does not wait for the answer. Charges nothing.
	 * @param occasion `check`: pictures that it names are not even fetched.
	 * @throws {EngineError} for what `reply` would refuse.
	 */
	foresee(
		principal: Principal,
		request: ReplyRequest,
		occasion: "check" | "work",
	): Promise<ForeseenAnswer>;
	/** Ends what is being said, after a while. */
	stop(graceMs: number): Promise<void>;
}
