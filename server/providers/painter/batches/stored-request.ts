/** A line's request as it lies in a file: as it was asked, with pictures named that are kept beside it. */
import type {
	BatchRequest,
	ChatCall,
	ImageCall,
	InputImage,
	Turn,
	TurnPart,
} from "../../provider.ts";

/** A picture by the hash of its bytes. */
export type StoredPicture = Omit<InputImage, "open"> & {
	readonly sha256: string;
};

type StoredPart =
	| Extract<TurnPart, { kind: "text" }>
	| (Omit<Extract<TurnPart, { kind: "image" }>, "image"> & {
			readonly image: StoredPicture;
	  });

type StoredTurn = Omit<Turn, "parts"> & {
	readonly parts: readonly StoredPart[];
};

type StoredImageCall = Omit<ImageCall, "inputImages" | "mask"> & {
	readonly inputImages: readonly StoredPicture[];
	readonly mask?: StoredPicture | undefined;
};

type StoredChatCall = Omit<ChatCall, "turns"> & {
	readonly turns: readonly StoredTurn[];
};

export type StoredRequest =
	| { readonly kind: "image"; readonly call: StoredImageCall }
	| { readonly kind: "chat"; readonly call: StoredChatCall };

type Keep = (image: InputImage) => Promise<StoredPicture>;
type Take = (picture: StoredPicture) => InputImage;

/** @param randomSeed for a picture that was asked for without one: read twice, a batch has the same results. */
export async function toStored(
	request: BatchRequest,
	keep: Keep,
	randomSeed: () => number,
): Promise<StoredRequest> {
	if (request.kind === "chat") {
		const turns: StoredTurn[] = [];
		for (const turn of request.call.turns)
			turns.push({ ...turn, parts: await partsToStored(turn.parts, keep) });
		return { kind: "chat", call: { ...request.call, turns } };
	}
	const { inputImages, mask, ...call } = request.call;
	const pictures: StoredPicture[] = [];
	for (const image of inputImages) pictures.push(await keep(image));
	return {
		kind: "image",
		call: {
			...call,
			seed: call.seed ?? randomSeed(),
			// Nobody watches.
			partialImages: 0,
			inputImages: pictures,
			mask: mask && (await keep(mask)),
		},
	};
}

async function partsToStored(
	parts: readonly TurnPart[],
	keep: Keep,
): Promise<StoredPart[]> {
	const stored: StoredPart[] = [];
	for (const part of parts)
		stored.push(
			part.kind === "text" ? part : { ...part, image: await keep(part.image) },
		);
	return stored;
}

export function fromStored(request: StoredRequest, take: Take): BatchRequest {
	if (request.kind === "image") {
		const { inputImages, mask, ...call } = request.call;
		return {
			kind: "image",
			call: {
				...call,
				inputImages: inputImages.map(take),
				mask: mask && take(mask),
			},
		};
	}
	const turns = request.call.turns.map((turn) => ({
		...turn,
		parts: turn.parts.map((part) =>
			part.kind === "text" ? part : { ...part, image: take(part.image) },
		),
	}));
	return { kind: "chat", call: { ...request.call, turns } };
}
