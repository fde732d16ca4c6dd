/** Writes a line that asks for a row: for a picture, an edit of photos, or words in a chat. */
import type {
	RequestedRow,
	SentPicture,
} from "../../../engine/catalogues/line-form.ts";
import { Base64Of } from "../../../net/json-stream.ts";
import { CHAT_ENDPOINT, type IMAGE_ENDPOINTS } from "../batches/schema.ts";
import { LONGEST_EDGE } from "../images/shape.ts";

type Endpoint = (typeof IMAGE_ENDPOINTS)[number] | typeof CHAT_ENDPOINT;
type Body = Readonly<Record<string, unknown>>;

/** Of the pixels of GPT Image's edges. */
const MULTIPLE = 16;

/** All lines of one of OpenAI's batches go to one endpoint: rows with photos and rows without make two files there. */
export function writeRequest(
	row: RequestedRow,
	saysModalities: boolean,
): readonly unknown[] {
	const { key, answer, pictures } = row;
	const line = (url: Endpoint, body: Body) => [
		{ custom_id: key, method: "POST", url, body },
	];
	if (answer === "words")
		return line(CHAT_ENDPOINT, chatBody(row, saysModalities));
	return pictures.length === 0
		? line("/v1/images/generations", pictureBody(row))
		: line("/v1/images/edits", editBody(row));
}

function chatBody(
	{ prompt, pictures, wishes }: RequestedRow,
	saysModalities: boolean,
): Body {
	const parts = pictures.map((picture) => ({
		type: "image_url",
		image_url: { url: dataUrl(picture) },
	}));
	return {
		model: wishes.model,
		messages: [
			{
				role: "user",
				content:
					parts.length === 0
						? prompt
						: [{ type: "text", text: prompt }, ...parts],
			},
		],
		temperature: wishes.temperature,
		max_completion_tokens: wishes.maxOutputTokens,
		modalities: saysModalities ? ["text"] : undefined,
	};
}

function pictureBody({ prompt, wishes }: RequestedRow): Body {
	const { count, quality, background, outputFormat, outputQuality } = wishes;
	return {
		model: wishes.model,
		prompt,
		n: count,
		size: sizeOf(wishes),
		quality,
		background,
		output_format: outputFormat,
		output_compression: outputQuality,
	};
}

function editBody(row: RequestedRow): Body {
	const { pictures, mask } = row;
	return {
		...pictureBody(row),
		images: pictures.map((picture) => ({ image_url: dataUrl(picture) })),
		mask: mask && { image_url: dataUrl(mask) },
	};
}

/** Exact pixels, since OpenAI knows neither ratios nor tiers. */
function sizeOf({
	size,
	aspectRatio,
	resolution,
}: RequestedRow["wishes"]): string | undefined {
	if (size !== undefined) return `${size.width}x${size.height}`;
	if ((aspectRatio ?? resolution) === undefined) return undefined;
	const [across = 1, down = 1] = (aspectRatio ?? "1:1").split(":").map(Number);
	const longest = LONGEST_EDGE[resolution ?? "standard"];
	const scale = longest / Math.max(across, down) / MULTIPLE;
	const edge = (part: number) =>
		Math.max(1, Math.round(part * scale)) * MULTIPLE;
	return `${edge(across)}x${edge(down)}`;
}

function dataUrl({ mediaType, sizeBytes, open }: SentPicture): Base64Of {
	return new Base64Of(sizeBytes, open, `data:${mediaType};base64,`);
}
