/** What the answer to a request for pictures is to be; kept with the generation, so that whoever answers needs nothing else. */
import { z } from "zod";
import type {
	Generation,
	GenerationRequest,
} from "../../../engine/generations/request.ts";
import { type ImageFields, OUTPUT_FORMATS, unheededFields } from "./fields.ts";
import type { Warning } from "./wishes.ts";

export const warningData = z.object({
	kind: z.enum(["unsupported", "substituted", "adjusted", "deprecated"]),
	parameter: z.string(),
	message: z.string(),
});

const delivery = z.object({
	formats: z.enum(["url", "b64_json", "both"]),
	outputFormat: z.enum(OUTPUT_FORMATS),
	/** Of webp and jpeg, from 0 to 100. */
	compression: z.int().min(0).max(100).optional(),
	/** As it was asked for, where it was heeded. */
	quality: z.string().optional(),
	background: z.string().optional(),
	warnings: z.array(warningData),
});
export type Delivery = z.infer<typeof delivery>;

/** @returns what the request said of its answer. */
export function deliveryOf({ dialectData }: Generation): Delivery {
	return delivery.parse(dialectData);
}

/**
 * @param settled what became of the fields.
 * @param warnings what was told of it until now.
 */
export function deliveryFor(
	fields: ImageFields,
	settled: GenerationRequest,
	defaultFormats: Delivery["formats"],
	warnings: readonly Warning[],
): Delivery {
	const { output_format: outputFormat = "png", output_compression } = fields;
	const isLossy = outputFormat !== "png";
	const isCompressionLost = !isLossy && (output_compression ?? 100) !== 100;
	return {
		formats: fields.response_format ?? defaultFormats,
		outputFormat,
		compression: isLossy ? output_compression : undefined,
		quality: qualityOf(fields, settled),
		background: settled.background,
		warnings: [
			...warnings,
			...unheededFields(fields).map((name) =>
				unsupported(name, `${name} is not heeded here.`),
			),
			...(isCompressionLost
				? [
						unsupported(
							"output_compression",
							"A png is never compressed at the cost of the picture.",
						),
					]
				: []),
		],
	};
}

function qualityOf(
	fields: ImageFields,
	settled: GenerationRequest,
): string | undefined {
	if (settled.quality !== undefined) return settled.quality;
	const isFiner =
		fields.resolution === undefined && settled.resolution !== undefined;
	return fields.quality === "hd" && isFiner ? "hd" : undefined;
}

function unsupported(parameter: string, message: string): Warning {
	return { kind: "unsupported", parameter, message };
}
