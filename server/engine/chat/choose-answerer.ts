/** Decides who answers a conversation, and whether in words or with a picture. */
import type { Modality, Warning } from "../../providers/provider.ts";
import { EngineError, invalid } from "../errors.ts";
import type { Found } from "../models/catalogue.ts";
import type { Model } from "../models/model.ts";
import {
	deprecated,
	drawsNothing,
	nobodyReady,
	substituted,
	unknownModel,
} from "../models/model-messages.ts";
import {
	defaultModel,
	type ModelHouse,
	missingFor,
} from "../models/resolve-model.ts";
import {
	standInTalkerFor,
	type TalkRoute,
	talkRoutesOf,
} from "../models/talkers.ts";
import type { ReplyRequest } from "./reply-request.ts";

export type Answerer =
	| {
			readonly kind: "draw";
			/** Whoever draws by default when missing. */
			readonly model: string | undefined;
			/** What the provider makes of the user's messages; the last message itself when missing. */
			readonly prompt: string | undefined;
	  }
	| {
			readonly kind: "talk";
			/** As the caller named it. */
			readonly name: string;
			/** Who answers: another model where somebody stands in. */
			readonly model: Model;
			/** Every way that is ready now, the preferred one first. */
			readonly routes: readonly [TalkRoute, ...TalkRoute[]];
			readonly warnings: readonly Warning[];
	  };

export interface ChatHouse extends ModelHouse {
	readonly settings: ModelHouse["settings"] & {
		/** Empty for the first that talks and is ready. */
		readonly defaultChatModel: string;
	};
}

/** What was said, as far as the decision goes by it. */
export interface Said {
	/** The user's messages, oldest first. */
	readonly messages: readonly string[];
	/** Whether there is a picture that the last one may be about. */
	readonly hasPicture: boolean;
}

/**
 * A model that draws answers with a picture, one that talks in words, and one that can do both with a picture unless the
 * modalities leave that out. A provider that reads from the words whether a picture is wanted decides for itself; by the
 * words goes also what a model does that can do both and that nobody named.
 * @throws {EngineError} `model_not_found`, `provider_not_configured`, `invalid_request`
 */
export function chooseAnswerer(
	house: ChatHouse,
	request: Pick<ReplyRequest, "model" | "modalities" | "drawing">,
	said: Said,
): Answerer {
	const { modalities, drawing } = request;
	const name = request.model ?? defaultAnswerer(house, modalities);
	const found = house.catalogue.find(name);
	if (found === undefined) throw unknownModel(name, talkersIn(house));
	const { model } = found;
	if (modalities?.length === 1 && modalities[0] === "text")
		return talker(house, name, found, []);
	if (model.image === null) {
		if (drawing !== undefined && isPictureWanted(house, drawing.when, said))
			return { kind: "draw", model: drawing.model, prompt: undefined };
		if (modalities?.includes("text") === false) throw drawsNothing(name);
		return talker(house, name, found, unheededModalities(name, modalities));
	}
	const draw = { kind: "draw", model: name } as const;
	const routes = talkRoutesOf(house, model);
	const isFree = modalities?.includes("text") !== false;
	if (routes.length === 0 || !isFree || drawing?.when === "always")
		return { ...draw, prompt: undefined };
	const reader = routes.find(({ provider }) => provider.pictureAskedIn);
	if (reader !== undefined) {
		const { messages, hasPicture } = said;
		const prompt = reader.provider.pictureAskedIn?.(messages, hasPicture);
		return prompt === undefined
			? talker(house, name, found, [])
			: { ...draw, prompt };
	}
	const isOpen = request.model === undefined && modalities === undefined;
	return isOpen && !isPictureWanted(house, "asked", said)
		? talker(house, name, found, [])
		: { ...draw, prompt: undefined };
}

/** Whoever can read it from the words is asked, though another may draw; where nobody can, a tool that is there is used. */
function isPictureWanted(
	{ providers }: ChatHouse,
	when: "asked" | "always",
	{ messages, hasPicture }: Said,
): boolean {
	if (when === "always") return true;
	const readers = [...providers.values()].flatMap(
		({ pictureAskedIn }) => pictureAskedIn ?? [],
	);
	return (
		readers.length === 0 ||
		readers.some((read) => read(messages, hasPicture) !== undefined)
	);
}

function talker(
	house: ChatHouse,
	name: string,
	found: Found,
	warnings: readonly Warning[],
): Answerer {
	const { model, retirement } = found;
	if (!model.talks) {
		throw invalid(
			"model",
			`${name} draws and does not talk.`,
			"a model that talks",
		);
	}
	const own = talkRoutesOf(house, model);
	const standIn = own.length > 0 ? null : standInTalkerFor(house, found);
	const [first, ...others] = standIn?.routes ?? own;
	if (first === undefined) throw nobodyReady(name, missingFor(house, model));
	return {
		kind: "talk",
		name,
		model: standIn?.model ?? model,
		routes: [first, ...others],
		warnings: [
			...(retirement ? [deprecated(name, retirement)] : []),
			...(standIn === null
				? []
				: [
						substituted(
							`No provider for "${name}" is configured here, so ${standIn.model.id} answered in its place.`,
						),
					]),
			...warnings,
		],
	};
}

function unheededModalities(
	name: string,
	modalities: readonly Modality[] | undefined,
): Warning[] {
	if (!modalities?.includes("image")) return [];
	return [
		{
			kind: "unsupported",
			parameter: "modalities",
			message: `${name} talks and does not draw: its answer has no pictures.`,
		},
	];
}

/** Who answers when the request names nobody. */
function defaultAnswerer(
	house: ChatHouse,
	modalities: readonly Modality[] | undefined,
): string {
	if (modalities?.includes("image")) return defaultModel(house);
	const { defaultChatModel } = house.settings;
	if (defaultChatModel !== "") return defaultChatModel;
	const talkers = house.catalogue.models.filter(
		(model) => talkRoutesOf(house, model).length > 0,
	);
	const isEmbedded = (model: Model) =>
		talkRoutesOf(house, model).every(({ provider }) => provider.isEmbedded);
	const talker = talkers.find((model) => !isEmbedded(model)) ?? talkers[0];
	if (talker !== undefined) return talker.id;
	try {
		return defaultModel(house);
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		throw new EngineError(
			"provider_not_configured",
			"No provider that talks is ready on this server. The server's owner can find out more with `npm run doctor`.",
			{ details: { field: "model" } },
		);
	}
}

function talkersIn(house: ChatHouse): string[] {
	return house.catalogue.models
		.filter((model) => talkRoutesOf(house, model).length > 0)
		.map(({ id }) => id);
}
