/** What a kind of provider is: how it is configured, and how one of it is opened. A server may have several of one kind, each under its own name. */
import { z } from "zod";
import type { OutboundFetch } from "../net/outbound-guard.ts";
import type { VendorHttp, VendorHttpOptions } from "../net/vendor-http.ts";
import type { openVendorSocket } from "../net/vendor-socket.ts";
import { readSettings, type Settings, type Values } from "../settings.ts";
import type {
	CallContext,
	ImageCapabilities,
	InputImage,
	KeptFile,
	Provider,
	ProviderLimits,
} from "./provider.ts";

/** One of a picture's colours. */
export interface Swatch {
	/** Red, green and blue in sRGB, from 0 to 255. */
	readonly colour: readonly [number, number, number];
	/** How much of the picture has it or one near it; all of them together are 1. */
	readonly share: number;
}

/** Services of other rooms that providers are lent. */
export interface ProviderServices {
	/** Every provider has connections of its own, and closes them. */
	openHttp(options?: VendorHttpOptions): VendorHttp;
	/** Fetches what a vendor names by URL. @param allowedHosts the vendor's own, which may lie in our network. */
	fetchGuarded(allowedHosts: readonly string[]): OutboundFetch;
	readonly openSocket: typeof openVendorSocket;
	/**
	 * Keeps a mask as a PNG that is white where the mask is transparent, and black elsewhere, for vendors whose masks are
	 * such.
	 */
	blackAndWhiteMask(
		mask: InputImage,
		keepFile: CallContext["keepFile"],
	): Promise<KeptFile>;
	/**
	 * Puts a picture back over one that was drawn from it wherever the mask is opaque, for those who draw without looking.
	 * The result is a PNG of the size of what was drawn. @param xmp its metadata.
	 */
	restoreOpaque(
		sources: {
			readonly drawn: KeptFile;
			readonly original: InputImage;
			readonly mask: InputImage;
		},
		xmp: string,
		keepFile: CallContext["keepFile"],
	): Promise<KeptFile>;
	/** The strongest colours of a picture, the most common first. */
	dominantColours(image: InputImage): Promise<readonly Swatch[]>;
	/**
	 * A folder for what a provider keeps on this machine, from one start to the next and for every process that shares the
	 * data directory. It is not made: whoever needs it makes it. @param name the provider's.
	 */
	ownFolder(name: string): string;
	/** Milliseconds since 1970. */
	clock(): number;
	/** From 0 up to but not including 1. */
	random(): number;
}

/** A model that one provider has, under the name by which callers ask for it. */
export interface ModelOffer {
	readonly id: string;
	/** The provider's own name of it. */
	readonly providerModel: string;
	/** Where they are other than those the catalogue has, or the kind's. */
	readonly capabilities: Partial<ImageCapabilities>;
}

/** A provider as it is configured, not opened yet. */
export interface ProviderInstance {
	readonly name: string;
	readonly kind: string;
	readonly offers: readonly ModelOffer[];
	/** What a model of it can do that nobody described. */
	readonly defaultCapabilities: ImageCapabilities;
	open(services: ProviderServices): Provider;
}

/** Where the configuration comes from. */
export interface ProviderSources {
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** The providers of the configuration file, by name, as it has them. */
	readonly entries: Readonly<Record<string, unknown>>;
}

export interface ProviderKind {
	readonly kind: string;
	readonly settings: Settings;
	/** @param faults collects a sentence for everything that is wrong. */
	configure(sources: ProviderSources, faults: string[]): ProviderInstance[];
}

const sizing = z.discriminatedUnion("kind", [
	z.strictObject({
		kind: z.literal("free"),
		minEdge: z.int().min(1),
		maxEdge: z.int().min(1),
		multipleOf: z.int().min(1).optional(),
		minPixels: z.int().min(1).optional(),
		maxPixels: z.int().min(1).optional(),
		maxAspect: z.number().min(1).optional(),
	}),
	z.strictObject({
		kind: z.literal("frames"),
		frames: z
			.array(
				z.strictObject({
					width: z.int().min(1),
					height: z.int().min(1),
					aspectRatio: z.string().optional(),
					tier: z.string().optional(),
				}),
			)
			.min(1),
	}),
]);

/** `ImageCapabilities`, as a person writes them. */
const capabilitiesSchema = z.strictObject({
	sizing,
	countPerCall: z.int().min(1).max(100),
	maxInputImages: z.int().min(0).max(100),
	mask: z.boolean(),
	seed: z.enum(["honoured", "ignored"]),
	negativePrompt: z.enum(["native", "folded"]),
	qualities: z.array(z.enum(["low", "medium", "high"])),
	backgrounds: z.array(z.enum(["transparent", "opaque"])),
	partialImages: z.int().min(0).max(3),
});

const offerSchema = z.union([
	z
		.string()
		.min(1)
		.transform((id) => ({ id, providerModel: id, capabilities: {} })),
	z
		.strictObject({
			id: z.string().min(1),
			providerModel: z.string().optional(),
			...capabilitiesSchema.partial().shape,
		})
		.transform(({ id, providerModel = id, ...capabilities }) => ({
			id,
			providerModel,
			capabilities: withoutUndefined(
				capabilities,
			) as Partial<ImageCapabilities>,
		})),
]);

/** What every provider may be told, whatever its kind. */
export const commonOptions = {
	/** One that is switched off is still there, so that people see it. */
	enabled: z.boolean().default(true),
	models: z.array(offerSchema).default([]),
	concurrency: z.int().min(1).max(10_000).default(8),
	imagesPerMinute: z.int().min(1).max(1_000_000).optional(),
	timeoutSeconds: z.int().min(1).max(3_600).optional(),
};

/** A server's address: it must be one that HTTP can reach. A slash at its end is dropped. */
export const urlOption = z
	.url({ protocol: /^https?$/ })
	.transform((url) => url.replace(/\/+$/, ""));

export interface CommonOptions {
	readonly enabled: boolean;
	readonly models: readonly ModelOffer[];
	readonly concurrency: number;
	readonly imagesPerMinute?: number | undefined;
	readonly timeoutSeconds?: number | undefined;
}

export function limitsOf(options: CommonOptions): ProviderLimits {
	return {
		concurrency: options.concurrency,
		imagesPerMinute: options.imagesPerMinute,
		callTimeoutMs:
			options.timeoutSeconds === undefined
				? undefined
				: options.timeoutSeconds * 1000,
	};
}

/** A provider that the environment alone describes; the configuration file may add to it under the same name. */
export interface EnvironmentInstance {
	readonly name: string;
	/** As the configuration file would have them. */
	readonly options: Readonly<Record<string, unknown>>;
}

export function defineProviderKind<
	S extends Settings,
	O extends CommonOptions,
>(definition: {
	kind: string;
	settings: S;
	/** Strict, so that a mistyped option is told. */
	options: z.ZodType<O>;
	/** A function where they hang on the options: servers of one kind may differ. */
	defaultCapabilities: ImageCapabilities | ((options: O) => ImageCapabilities);
	/** The first is named as the kind and is there even when nothing describes it, so that people see what is missing. */
	fromEnvironment(values: Values<S>): readonly EnvironmentInstance[];
	open(name: string, options: O, services: ProviderServices): Provider;
}): ProviderKind {
	return {
		kind: definition.kind,
		settings: definition.settings,
		configure: ({ environment, entries }, faults) => {
			const faultsBefore = faults.length;
			const values = readSettings(definition.settings, environment, faults);
			const described = new Map<string, Record<string, unknown>>();
			// Of a faulty environment there are no values to make anything of.
			const isSound = faults.length === faultsBefore;
			for (const { name, options } of isSound
				? definition.fromEnvironment(values)
				: [])
				described.set(name, { ...options });
			for (const [name, entry] of Object.entries(entries)) {
				const {
					kind = described.has(name) ? definition.kind : name,
					...options
				} = recordOf(entry);
				if (kind === definition.kind)
					described.set(name, { ...described.get(name), ...options });
				else described.delete(name);
			}
			return [...described].flatMap(([name, options]) => {
				const read = definition.options.safeParse(withoutUndefined(options));
				if (!read.success) {
					faults.push(
						...read.error.issues.map((issue) => faultOf(name, issue)),
					);
					return [];
				}
				return [
					{
						name,
						kind: definition.kind,
						offers: read.data.models,
						defaultCapabilities:
							typeof definition.defaultCapabilities === "function"
								? definition.defaultCapabilities(read.data)
								: definition.defaultCapabilities,
						open: (services) => {
							const provider = definition.open(name, read.data, services);
							return read.data.enabled ? provider : switchedOff(provider);
						},
					},
				];
			});
		},
	};
}

/** What a kind says for itself, such as the variable that switched it off, is left as it is. */
function switchedOff(provider: Provider): Provider {
	return provider.readiness.status === "ready"
		? {
				...provider,
				readiness: {
					status: "not_configured",
					detail: `switched off (providers.${provider.name}.enabled in the configuration)`,
				},
			}
		: provider;
}

function recordOf(entry: unknown): Record<string, unknown> {
	return typeof entry === "object" && entry !== null
		? { ...(entry as Record<string, unknown>) }
		: {};
}

function withoutUndefined(
	options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(options).filter(([, value]) => value !== undefined),
	);
}

function faultOf(name: string, issue: z.core.$ZodIssue): string {
	const path = ["providers", name, ...issue.path].join(".");
	return `${path} in the configuration: ${issue.message}.`;
}
