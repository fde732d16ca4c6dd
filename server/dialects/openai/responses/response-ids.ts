/** The ids of responses and their items: all of them are those of the interaction, the reply or the generation that answered. */

/** Of the answer's message; of its pictures, counted from the second; of what was asked, counted from the first. */
const ITEM = /^(ig|msg)_([0-9a-z]{26})(?:_(in)?(\d{1,4}))?$/;

export type ItemName =
	| { readonly kind: "message"; readonly plainId: string }
	| {
			readonly kind: "picture";
			readonly plainId: string;
			readonly index: number;
	  }
	| {
			readonly kind: "asked";
			readonly plainId: string;
			readonly index: number;
	  };

/** An id without what tells its kind. */
function plainIdOf({ id }: { readonly id: string }): string {
	return id.replace(/^[a-z]+_/, "");
}

export function responseIdOf(answered: { readonly id: string }): string {
	return `resp_${plainIdOf(answered)}`;
}

/** @returns what is in no table for an id that is no response's. */
export function interactionIdOf(responseId: string): string {
	const [, plainId] = /^resp_([0-9a-z]{26})$/.exec(responseId) ?? [];
	return plainId === undefined ? "" : `interaction_${plainId}`;
}

export function messageIdOf(answered: { readonly id: string }): string {
	return `msg_${plainIdOf(answered)}`;
}

export function callIdOf(
	answered: { readonly id: string },
	index: number,
): string {
	return `ig_${plainIdOf(answered)}${index === 0 ? "" : `_${index}`}`;
}

export function askedIdOf(
	answered: { readonly id: string },
	index: number,
): string {
	return `msg_${plainIdOf(answered)}_in${index}`;
}

/** @returns `undefined` for an id that no item here can have. */
export function itemNameOf(id: string): ItemName | undefined {
	const [, kind, plainId, isAsked, number = "0"] = ITEM.exec(id) ?? [];
	if (plainId === undefined) return undefined;
	const index = Number(number);
	if (kind === "ig")
		return isAsked === undefined
			? { kind: "picture", plainId, index }
			: undefined;
	if (isAsked !== undefined) return { kind: "asked", plainId, index };
	return { kind: "message", plainId };
}
