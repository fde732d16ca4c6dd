/** The pictures that come with a request: files of a form, or what a JSON body names. */
import type { Engine } from "../../../engine/engine.ts";
import { invalid } from "../../../engine/errors.ts";
import type {
	InputImageSource,
	Principal,
	StagedSource,
} from "../../../engine/generations/request.ts";
import type { Delivery } from "./delivery.ts";
import { sourceOf } from "./input-sources.ts";

/** Of whom a request for pictures is asked, and by whom. */
export interface ImagesHouse {
	readonly engine: Engine;
	readonly principal: Principal;
	/** Takes note of files to be discarded when the request is over. */
	readonly staged: StagedSource[];
}

/** The pictures of a form. */
export interface Uploads {
	readonly images: readonly InputImageSource[];
	readonly mask: InputImageSource | undefined;
}

export interface Pictures extends Uploads {
	/** What an edit answers with, and of what shape, when it does not say. */
	readonly defaultFormats: Delivery["formats"];
	readonly defaultShape: "auto" | "original";
}

export const NO_PICTURES: Pictures = {
	images: [],
	mask: undefined,
	defaultFormats: "both",
	defaultShape: "auto",
};

/** @throws {EngineError} when there is none to edit, or one that cannot be had. */
export async function picturesOf(
	house: ImagesHouse,
	body: unknown,
	uploads: Uploads = NO_PICTURES,
): Promise<Pictures> {
	const { image, images, input_references, mask } = (
		typeof body === "object" && body !== null ? body : {}
	) as Readonly<Record<string, unknown>>;
	const named = [
		...listed("image", image),
		...listed("images", images),
		...listed("input_references", input_references),
	];
	const all = [...uploads.images];
	for (const [field, value] of named)
		all.push(await sourceOf(house, value, field));
	if (all.length === 0) throw noPicture();
	// One object, rather than a list, is how Jan's clients ask, who expect other things by default.
	const isJan =
		typeof image === "object" && image !== null && !Array.isArray(image);
	const isMasked = mask !== undefined && mask !== null;
	return {
		images: all,
		mask: isMasked ? await sourceOf(house, mask, "mask") : uploads.mask,
		defaultFormats: isJan ? "b64_json" : "both",
		defaultShape: isJan ? "original" : "auto",
	};
}

function listed(field: string, value: unknown): [string, unknown][] {
	if (value === undefined || value === null) return [];
	if (!Array.isArray(value)) return [[field, value]];
	return value.map((each, index) => [`${field}.${index}`, each]);
}

function noPicture() {
	return invalid(
		"image",
		"The picture to be drawn from is missing.",
		"a file, a URL, base64 or an id",
	);
}
