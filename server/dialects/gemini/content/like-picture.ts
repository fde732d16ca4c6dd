/** Settles the shape of a picture that is drawn from another, when the request does not say. */
import type {
	NewMessage,
	PictureSource,
} from "../../../engine/conversations/conversation.ts";
import type { StagedSource } from "../../../engine/generations/request.ts";
import {
	ASPECT_RATIOS,
	type AspectRatio,
	type Size,
} from "../../../engine/models/model.ts";
import type { NamedModel } from "../model-names.ts";
import type { PictureHouse } from "../picture-source.ts";

/** Who asks, and what is taken in for it meanwhile. */
export interface MeasuringHouse extends PictureHouse {
	/** Takes note of files to be discarded when the request is over. */
	readonly staged: StagedSource[];
	/** Nothing is drawn for it: pictures need not be fetched to be measured, since no price depends on a shape. */
	readonly isOnlyRead?: boolean;
}

/**
 * The ratio for those who name none: that of the picture which is changed, or the nearest that the model draws.
 * @param messages the picture in them is replaced by what was taken in to measure it.
 * @returns `undefined` when there is no picture.
 */
export async function likeFirstPicture(
	house: MeasuringHouse,
	{ model }: NamedModel,
	messages: NewMessage[],
): Promise<AspectRatio | undefined> {
	if (house.isOnlyRead) return undefined;
	const message = messages.findLast(({ parts }) =>
		parts.some(({ kind }) => kind === "image"),
	);
	const part = message?.parts.find((each) => each.kind === "image");
	if (message === undefined || part === undefined) return undefined;
	const { image, size } = await measured(house, part.image);
	messages[messages.indexOf(message)] = {
		...message,
		parts: message.parts.map((each) =>
			each === part ? { kind: "image", image } : each,
		),
	};
	const native = model.image?.aspectRatios.native ?? [];
	return nearestRatio(size, native.length > 0 ? native : ASPECT_RATIOS);
}

async function measured(
	{ context, principal, staged }: MeasuringHouse,
	source: PictureSource,
): Promise<{ image: PictureSource; size: Size }> {
	if (source.kind === "library") {
		const size = await context.engine.getImage(principal, source.imageId);
		return { image: source, size };
	}
	const { source: image, size } = await context.engine.inputs.measure(source);
	staged.push(image);
	return { image, size };
}

export function nearestRatio(
	{ width, height }: Size,
	ratios: readonly AspectRatio[],
): AspectRatio | undefined {
	const distance = (ratio: AspectRatio) => {
		const [across = 1, down = 1] = ratio.split(":").map(Number);
		return Math.abs(Math.log((width * down) / (height * across)));
	};
	const [nearest] = ratios.toSorted((a, b) => distance(a) - distance(b));
	return nearest;
}
