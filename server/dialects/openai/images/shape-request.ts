/** Gives a request the shape that was asked for, if need be by looking at the picture that it is drawn from. */
import type { GenerationRequest } from "../../../engine/generations/request.ts";
import type { ImagesHouse, Pictures } from "./pictures.ts";
import { DEFAULT_SIZE, type Shape, sizeLike } from "./shape.ts";

/** The shape of a request that names none. */
export function defaultShape(
	{ resolution }: Shape & { kind: "auto" },
	{ images, defaultShape: kind }: Pictures,
): Shape {
	if (resolution !== undefined) return { kind: "auto", resolution };
	if (images.length === 0)
		return { kind: "exact", size: DEFAULT_SIZE, resolution };
	return kind === "original"
		? { kind: "original" }
		: { kind: "auto", resolution };
}

/** Whether the first picture says what shape is to be drawn. */
export function isByPicture(shape: Shape, { images }: Pictures): boolean {
	return (
		shape.kind === "original" || (shape.kind === "auto" && images.length > 0)
	);
}

/** @throws {EngineError} when the picture cannot be had. */
export async function withShape(
	house: ImagesHouse,
	request: GenerationRequest,
	shape: Shape,
): Promise<GenerationRequest> {
	switch (shape.kind) {
		case "exact":
			return { ...request, size: shape.size, resolution: shape.resolution };
		case "ratio":
			return {
				...request,
				aspectRatio: shape.aspectRatio,
				resolution: shape.resolution,
			};
		case "original":
			return await likeFirst(house, request, undefined);
		case "auto":
			return request.inputImages?.length
				? await likeFirst(house, request, shape.resolution ?? "standard")
				: { ...request, resolution: shape.resolution };
	}
}

async function likeFirst(
	{ engine, staged }: ImagesHouse,
	request: GenerationRequest,
	tier: GenerationRequest["resolution"],
): Promise<GenerationRequest> {
	const [first, ...others] = request.inputImages ?? [];
	if (first === undefined) return request;
	const { source, size } = await engine.inputs.measure(first);
	staged.push(source);
	return {
		...request,
		inputImages: [source, ...others],
		size: sizeLike(size, tier),
	};
}
