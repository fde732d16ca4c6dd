/** Finds the room for a rug: by its shape and size, furnished after the collection it belongs to. */
import type { RugShape } from "./rug-shape.ts";
import type { RugSize } from "./rug-size.ts";

export interface RugScene {
	readonly room: string;
	/** Where the rug lies in it, as a sentence about "it". */
	readonly placement: string;
	/** What the rug is called there. */
	readonly noun: string;
}

const LARGE_SIDE_FEET = 9;
const LARGE_AREA_SQUARE_FEET = 64;

/** @param areaSquareFeet of a rug whose sides nobody wrote down; `null` when that is missing, too. */
export function sceneFor(
	shape: RugShape,
	size: RugSize | null,
	areaSquareFeet: number | null,
): RugScene {
	switch (shape) {
		case "runner":
			return {
				room: "elegant hallway",
				noun: "runner rug",
				placement:
					"It lies lengthwise along the middle of the floor, with floor to be seen on both sides and no furniture on it.",
			};
		case "round":
			return {
				room: "dining room with a round table",
				noun: "round area rug",
				placement:
					"It lies centered under the round table and reaches out beyond the chairs.",
			};
		case "square":
			return {
				room: "square dining room",
				noun: "square area rug",
				placement:
					"It lies centered under the dining table, as far from every wall.",
			};
		case "rectangle":
			return isLarge(size, areaSquareFeet)
				? {
						room: "spacious parlor or library",
						noun: "large rectangular area rug",
						placement:
							"It is the center of the room: elegant seats stand around its edges, and its middle is free.",
					}
				: {
						room: "cozy living room",
						noun: "rectangular area rug",
						placement:
							"It lies centered under a coffee table, with a sofa and armchairs around it.",
					};
	}
}

function isLarge(size: RugSize | null, areaSquareFeet: number | null): boolean {
	if (size === null) return (areaSquareFeet ?? 0) >= LARGE_AREA_SQUARE_FEET;
	const { widthFeet, lengthFeet } = size;
	return (
		lengthFeet >= LARGE_SIDE_FEET ||
		widthFeet * lengthFeet >= LARGE_AREA_SQUARE_FEET
	);
}

const COLLECTIONS = {
	traditional: [
		"Antique",
		"Fine Oriental",
		"Heriz",
		"Khotan and Samarkand",
		"Persian",
		"Rajasthan",
	],
	modern: [
		"Clearance",
		"Hand-Loomed",
		"Modern & Contemporary",
		"Silk",
		"White Wash Vintage & Silver Wash",
	],
	eclectic: ["Flat Weave"],
	transitional: [
		"Kazak",
		"Mamluk",
		"Oushak and Peshawar",
		"Program Rugs",
		"Transitional",
		"Tribal & Geometric",
		"Vintage",
		"Wool And Silk",
	],
} as const;

const DECORS = new Map(
	Object.entries(COLLECTIONS).flatMap(([decor, collections]) =>
		collections.map((each) => [each.toLowerCase(), `${decor} decor`] as const),
	),
);

/** @param collection the primary category; what is not known gets neutral decor. */
export function decorFor(collection: string): string {
	return DECORS.get(collection.toLowerCase()) ?? "neutral decor";
}
