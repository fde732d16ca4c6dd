/** Writes the line of a batch that asks for the description of one row of a catalogue, in Google's words (S0-12). */

/** A photo that goes with a request. */
export type DescribedPhoto =
	| {
			readonly kind: "file";
			readonly mediaType: string;
			/** Of a file that the vendor has. */
			readonly uri: string;
	  }
	| {
			readonly kind: "inline";
			readonly mediaType: string;
			/** A text of base64, or what stands for one in JSON that is streamed. */
			readonly data: unknown;
	  };

export interface DescriptionAsk {
	readonly key: string;
	/** What asks for the description. */
	readonly prompt: string;
	readonly photos: readonly DescribedPhoto[];
}

/**
 * What S0-12 has with a request, and no more: naming modalities made the vendor's batches fail with error 13 (S0-2, S0-11).
 */
const GENERATION_CONFIG = { temperature: 0.7, max_output_tokens: 8192 };

/** @returns a JSON value for one line. */
export function describeLine({ key, prompt, photos }: DescriptionAsk) {
	const parts = [{ text: prompt }, ...photos.map(partOf)];
	return {
		key,
		request: {
			contents: [{ parts }],
			generation_config: GENERATION_CONFIG,
		},
	};
}

function partOf(photo: DescribedPhoto) {
	if (photo.kind === "file")
		return { file_data: { mime_type: photo.mediaType, file_uri: photo.uri } };
	return { inline_data: { mime_type: photo.mediaType, data: photo.data } };
}
