/** In which format pictures are saved. */
import type { ImageFormat } from "@gesso/client/images";
import type { Option } from "../command-line/options.ts";
import { Refusal } from "../command-line/refusal.ts";

const FORMATS: readonly ImageFormat[] = ["original", "png", "jpeg", "webp"];

export const FORMAT_OPTION = {
	kind: "text",
	value: "FORMAT",
	meaning:
		"original: the bytes as they were drawn (when left out); or png, jpeg, webp: rendered, in exactly the size asked for",
} as const satisfies Option;

/** @throws {Refusal} when there is no such format. */
export function readFormat(named: string | undefined): ImageFormat | undefined {
	if (named === undefined) return undefined;
	const format = FORMATS.find((each) => each === named.toLowerCase());
	if (format !== undefined) return format;
	throw new Refusal(
		`There is no format ${named}.`,
		`Allowed: ${FORMATS.join(", ")}`,
	);
}
