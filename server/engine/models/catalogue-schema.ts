/** How models and retired names are written, in `catalogue.yaml` and in an owner's configuration, and what becomes of them. */
import { z } from "zod";
import type { Frame, ImageCapabilities } from "../../providers/provider.ts";
import { defaultCreditPrices } from "./default-credit-prices.ts";
import { type Model, RESOLUTIONS, type RetiredModel } from "./model.ts";

/** An object in which a mistyped field is told, together with the fields there are. */
function strict<S extends z.core.$ZodShape>(shape: S) {
	return z.strictObject(shape, {
		error: (issue) =>
			issue.code === "unrecognized_keys"
				? `has no field ${issue.keys.join(", ")}; allowed are ${Object.keys(shape).join(", ")}`
				: undefined,
	});
}

const name = z
	.string()
	.regex(/^\S{1,200}$/, "must be a name of 1 to 200 characters without blanks");
const date = z.iso.date("must be a date: YYYY-MM-DD");
const edge = z.int().min(1).max(100_000);
const ratio = z.string().regex(/^[\d.]+:[\d.]+$/, "must be a ratio like 16:9");
const size = z
	.string()
	.regex(/^[1-9]\d*x[1-9]\d*$/, "must be a size like 1024x1024")
	.transform((text) => {
		const [width = 0, height = 0] = text.split("x").map(Number);
		return { width, height };
	});
const sizeTable = strict({
	tiers: z.array(name).default([]),
	sizes: z.record(
		ratio,
		z.union([size.transform((only) => [only]), z.array(size)]),
	),
}).refine(
	({ tiers, sizes }) =>
		Object.values(sizes).every(
			({ length }) => length === Math.max(1, tiers.length),
		),
	"must have one size for each tier, for every ratio",
);
export const sizeTables = z.record(name, sizeTable);
export type SizeTables = z.infer<typeof sizeTables>;

const freeSizing = strict({
	kind: z.literal("free"),
	minEdge: edge,
	maxEdge: edge,
	multipleOf: z.int().min(1).max(1_024).optional(),
	minPixels: z.int().min(1).optional(),
	maxPixels: z.int().min(1).optional(),
	maxAspect: z.number().min(1).optional(),
}).refine(
	({ minEdge, maxEdge, minPixels = 1, maxPixels = Number.MAX_VALUE }) =>
		minEdge <= maxEdge && minPixels <= maxPixels,
	"must not have a least that is more than its most",
);
const framesSizing = strict({
	kind: z.literal("frames"),
	frames: z
		.array(
			strict({
				width: edge,
				height: edge,
				aspectRatio: ratio.optional(),
				tier: name.optional(),
			}),
		)
		.min(1),
});

/** Frames by reference to the tables: of each ratio those tiers that the model draws. */
function tablesSizing(tables: SizeTables) {
	const tierNames = new Set(
		Object.values(tables).flatMap(({ tiers }) => tiers),
	);
	return strict({
		kind: z.literal("tables"),
		tables: z.array(z.enum(Object.keys(tables))).min(1),
		/** All of them when left out. */
		tiers: z.array(z.enum([...tierNames])).optional(),
		/** Whether the vendor is told the tier; not for models that have no parameter for it. */
		namesTier: z.boolean().default(true),
	}).transform(({ tables: names, tiers: wanted, namesTier }) => {
		const frames = names.flatMap((tableName) => {
			const { tiers, sizes } = tables[tableName] ?? { tiers: [], sizes: {} };
			return Object.entries(sizes).flatMap(([aspectRatio, ofRatio]) =>
				ofRatio.flatMap(({ width, height }, index): Frame[] => {
					const tier = tiers[index];
					if (tier === undefined) return [{ width, height, aspectRatio }];
					if (wanted !== undefined && !wanted.includes(tier)) return [];
					return [{ width, height, aspectRatio, ...(namesTier && { tier }) }];
				}),
			);
		});
		return { kind: "frames" as const, frames };
	});
}

/** `ImageCapabilities`, as a person writes them. */
function capabilities(tables: SizeTables) {
	const shape = {
		sizing: z.discriminatedUnion(
			"kind",
			[freeSizing, framesSizing, tablesSizing(tables)],
			"must have a kind: free, frames or tables",
		),
		countPerCall: z.int().min(1).max(100),
		maxInputImages: z.int().min(0).max(100),
		mask: z.boolean(),
		seed: z.enum(["honoured", "ignored"]),
		negativePrompt: z.enum(["native", "folded"]),
		qualities: z.array(z.enum(["low", "medium", "high"])),
		backgrounds: z.array(z.enum(["transparent", "opaque"])),
		partialImages: z.int().min(0).max(3),
	};
	const some = strict(z.object(shape).partial().shape);
	return {
		some: some satisfies z.ZodType<Partial<ImageCapabilities>>,
		all: some
			.refine(
				({ sizing }) => sizing !== undefined,
				"must have a sizing: what shapes the model draws",
			)
			.transform((written) => ({ ...PLAIN, ...written }) as ImageCapabilities),
	};
}

/** What a model can do of which nothing is said but the shapes it draws. */
const PLAIN: Omit<ImageCapabilities, "sizing"> = {
	countPerCall: 1,
	maxInputImages: 0,
	mask: false,
	seed: "ignored",
	negativePrompt: "folded",
	qualities: [],
	backgrounds: [],
	partialImages: 0,
};

const perTier = <T extends z.ZodType>(value: T) =>
	strict({
		low: value.optional(),
		standard: value.optional(),
		high: value.optional(),
		"4k": value.optional(),
	});

const dollars = z.number().min(0).max(1_000_000);
const dollarPrices = strict({
	perImage: perTier(dollars).optional(),
	perMillionTokens: strict({
		inputText: dollars,
		inputImage: dollars,
		outputText: dollars,
		outputImage: dollars,
	}).optional(),
	batchFactor: z.number().min(0).max(1).default(1),
	source: z.string().min(1),
	checkedOn: date,
});

/** `null` takes a tier away that the catalogue has, or that the model draws. */
const creditPrices = perTier(z.int().min(0).max(1_000_000).nullable());

/** What `models` may hold; each becomes a `Model`. */
export function modelSchema(tables: SizeTables) {
	const { some, all } = capabilities(tables);
	return strict({
		id: name,
		title: z.string().min(1).optional(),
		description: z.string().default(""),
		aliases: z.array(name).default([]),
		offers: z
			.array(
				strict({
					provider: name,
					providerModel: z.string().optional(),
					capabilities: some.optional(),
				}),
			)
			.default([]),
		image: all.nullable(),
		talks: z.boolean().default(false),
		grounding: z.boolean().default(false),
		batch: z.boolean().default(false),
		languages: z
			.array(z.string().regex(/^[a-z]{2}$/, "must be a code of ISO 639-1"))
			.default([]),
		watermark: z.enum(["synthid", "none", "unknown"]).default("unknown"),
		creditPrices: creditPrices.default({}),
		creditsPerReply: z.int().min(0).max(1_000_000).default(1),
		dollarPrices: dollarPrices.nullable().default(null),
		fallbacks: z.array(name).default([]),
	})
		.refine(
			({ image, talks }) => image !== null || talks,
			"must draw or talk: it has neither image nor talks",
		)
		.transform(
			(written): Model => ({
				...written,
				title: written.title ?? written.id,
				offers: written.offers.map((offer) => ({
					...offer,
					providerModel: offer.providerModel ?? written.id,
				})),
				creditPrices: pricesOf(written.image, written.creditPrices),
			}),
		)
		.refine(
			({ image, creditPrices: prices }) =>
				image === null || Object.keys(prices).length > 0,
			"must have a price for one tier at least",
		);
}

/** The default price of every tier that the model draws, and what is written instead. */
function pricesOf(
	image: ImageCapabilities | null,
	written: z.infer<typeof creditPrices>,
): Model["creditPrices"] {
	const drawn = image === null ? {} : defaultCreditPrices(image.sizing);
	return Object.fromEntries(
		Object.entries({ ...drawn, ...written }).filter(
			([, price]) => price !== null,
		),
	);
}

/** What `retired` may hold. */
export function retiredSchema(tables: SizeTables) {
	return strict({
		id: name,
		aliases: z.array(name).default([]),
		retiredOn: date,
		successor: name,
		image: capabilities(tables).some.default({}),
		resolutions: z.array(z.enum(RESOLUTIONS)).min(1).optional(),
	}).transform((written): RetiredModel => written);
}
