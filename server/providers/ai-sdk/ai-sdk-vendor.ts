/** What a vendor of the AI SDK is: how it is configured, how its package makes a model, and what the package does not tell. */
import { z } from "zod";
import type { Settings, Values } from "../../settings.ts";
import type {
	Background,
	Frame,
	ImageCall,
	ImageCapabilities,
	Quality,
} from "../provider.ts";
import { type CommonOptions, commonOptions } from "../provider-kind.ts";
import type { ShouldLift } from "../wire/vendor.ts";
import type { ImageModel, SdkOptions } from "./image-model.ts";

/** What every vendor of the AI SDK may be told. */
export const aiSdkOptions = {
	...commonOptions,
	/** Handed to the vendor's package as it is; what a call asks for comes before it. */
	providerOptions: z.record(z.string(), z.json()).default({}),
};

export interface AiSdkOptions extends CommonOptions {
	readonly providerOptions: SdkOptions;
}

/** Makes a model that speaks to its vendor by this `fetch` and no other way. */
export type ConnectModel = (
	model: string,
	fetchAnswer: typeof fetch,
) => Promise<ImageModel>;

/** A model that is offered when the configuration names none, as the configuration would have it. */
export interface DefaultModel<ModelId extends string = string>
	extends Partial<ImageCapabilities> {
	readonly id: string;
	readonly providerModel: ModelId;
}

/** The names that a package's own list has, without the "or any other text" at its end. */
export type Known<ModelId> = ModelId extends string
	? string extends ModelId
		? never
		: ModelId
	: never;

/** An answer of success, the pictures already taken out of it. */
export interface VendorWords {
	/** @param name in lower case. */
	header(name: string): string | undefined;
	/** What it says, if that is a JSON object. */
	readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** How a package is told what the AI SDK's calls have no word for. */
export interface OwnWords {
	readonly negativePrompt?: (text: string) => SdkOptions;
	readonly quality?: (quality: Quality) => SdkOptions;
	readonly background?: (background: Background) => SdkOptions;
	readonly tier?: (tier: string) => SdkOptions;
	/** Instead of the call's own `size`. */
	readonly size?: (frame: Frame) => SdkOptions;
	/** Of several input images, where that is not said by there being several. */
	readonly manyInputImages?: SdkOptions;
	/** How long to wait for a picture that is being drawn; its package would give up too soon. */
	readonly patience?: (timeoutMs: number) => SdkOptions;
}

/** Words for people. */
export interface Missing {
	readonly variables: string;
	readonly options: string;
}

export interface AiSdkVendor<S extends Settings, O extends AiSdkOptions> {
	/** Also the name of the provider that the environment describes. */
	readonly kind: string;
	readonly settings: S;
	readonly options: z.ZodType<O>;
	readonly defaultCapabilities: ImageCapabilities;
	readonly defaultModels: readonly DefaultModel[];
	/** As the configuration file would have them. */
	optionsOf(values: Values<S>): Record<string, unknown>;
	/** What must be configured yet; `undefined` when nothing is. */
	missing(options: O): Missing | undefined;
	/** Of the vendor's API; only asked for when nothing is missing. */
	urlOf(options: O): string;
	/** Hosts beside the API's own that may be shown our credentials, and are asked without the guard. */
	readonly isOwnHost?: (url: URL) => boolean;
	/** Loads the vendor's package, when a model is first made. */
	connect(options: O): ConnectModel;
	/** The name under which the package looks for its own options. */
	readonly optionsName: string;
	readonly words: OwnWords;
	/**
	 * `alpha`: what is transparent is drawn anew, as our masks have it. Vendors whose masks are black and white are told to
	 * have none: turning one into the other is not a provider's work.
	 */
	readonly masks: "alpha" | "none";
	/** Of a vendor that draws the same picture whenever it gets no seed, or knows fewer of them. */
	readonly seeds?: { readonly minimum: number; readonly maximum: number };
	/** Whether the package leaves out the seed of a call without a word, although the model takes one. */
	readonly losesSeed?: (call: ImageCall) => boolean;
	/** Where the vendor's answers have pictures in base64. */
	readonly isPicture: ShouldLift;
	/** Whether an answer of success says that the content policy refused. */
	readonly isBlocked?: (words: VendorWords) => boolean;
	/** @param metadata what the package says of the call, under the vendor's name. */
	readonly costDollarsOf?: (
		metadata: Readonly<Record<string, unknown>>,
	) => number | undefined;
}

/** What most models of most vendors can do, beside their sizes. */
export const plainDrawing = {
	countPerCall: 1,
	maxInputImages: 0,
	mask: false,
	seed: "honoured",
	negativePrompt: "folded",
	qualities: [],
	backgrounds: [],
	partialImages: 0,
} as const satisfies Omit<ImageCapabilities, "sizing">;
