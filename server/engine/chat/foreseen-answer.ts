/** Finds out what a chat is answered with, for whoever does not wait for the answer, such as a line of a batch. */
import type { Warning } from "../../providers/provider.ts";
import type { NewMessage } from "../conversations/conversation.ts";
import { keepPictures } from "../conversations/keep-pictures.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { Principal } from "../generations/request.ts";
import { lastTurn, saidIn, turnsNeeded } from "./asked-turns.ts";
import { chooseAnswerer } from "./choose-answerer.ts";
import { generationRequestOf } from "./draw.ts";
import { type Spoken, type SpokenPart, spokenMessage } from "./history.ts";
import type { ForeseenAnswer, ReplyRequest } from "./reply-request.ts";

/**
 * @param request one without a conversation.
 * @param occasion `check`: nothing is going to be drawn yet, so pictures that it names are not even fetched.
 * @throws {EngineError} for what would be refused.
 */
export async function foreseeAnswer(
	dependencies: EngineDependencies,
	principal: Principal,
	request: ReplyRequest,
	occasion: "check" | "work",
): Promise<ForeseenAnswer> {
	const last = lastTurn(request.turns);
	const said = saidIn({ spoken: [], isTrimmed: false }, request.turns);
	const answerer = chooseAnswerer(dependencies, request, said);
	if (answerer.kind === "talk") {
		// Asked for words alone, it would not tell that it draws no picture.
		const isUntold = ({ parameter }: Warning) => parameter === "modalities";
		return { kind: "words", warnings: answerer.warnings.filter(isUntold) };
	}
	const needed = turnsNeeded(request.turns, answerer);
	const turns =
		occasion === "check"
			? needed.map(unseen)
			: (await keepPictures(dependencies, principal.teamId, needed)).map(
					(kept) => spokenMessage(dependencies, kept),
				);
	const { asked, warnings } = generationRequestOf(dependencies, {
		principal,
		request,
		answerer,
		earlier: turns.slice(0, -1),
		last: turns.at(-1) ?? { role: last.role, parts: [] },
		isTrimmed: false,
		terms: undefined,
	});
	return { kind: "picture", request: asked, warnings };
}

/** A message whose pictures nobody looks at. */
function unseen({ role, parts }: NewMessage): Spoken {
	const open = async () => {
		throw new Error("A picture that was not fetched is opened");
	};
	return {
		role,
		parts: parts.map(
			(part): SpokenPart =>
				part.kind === "text"
					? part
					: {
							kind: "picture",
							picture: { open, asInput: open, prompt: undefined },
						},
		),
	};
}
