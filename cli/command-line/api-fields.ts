/** Which option says what the API calls by another name, so that what the server refuses is told in the words of the command. */
import type { BatchFields } from "@gesso/client/batch";
import type { GenerationAsk } from "@gesso/client/generation";

const OPTIONS: Readonly<
	Partial<Record<keyof BatchFields | keyof GenerationAsk, string>>
> = {
	name: "name",
	form: "form",
	kind: "kind",
	prompt: "prompt",
	negativePrompt: "negative",
	keyColumn: "key-column",
	photoColumns: "photo-column",
	presetId: "preset",
	variables: "variable",
	fileColumns: "file-column",
	fileName: "file-name",
	strategy: "strategy",
	modelVersion: "model",
	describingModelVersion: "describing-model",
	sampleCount: "count",
	aspectRatio: "aspect-ratio",
	resolution: "resolution",
	size: "size",
	maxPhotos: "max-photos",
	onMissingPhoto: "on-missing-photo",
	auto: "auto",
	rowsAtOnce: "rows-at-once",
	seed: "seed",
	refImageBase64: "image",
	refImageUrls: "image",
};

/** @returns the option with its dashes; `null` for a field that no option says. */
export function optionOfField(field: string): string | null {
	const [name = ""] = field.split(".");
	const option = Object.hasOwn(OPTIONS, name)
		? OPTIONS[name as keyof typeof OPTIONS]
		: undefined;
	return option === undefined ? null : `--${option}`;
}
