/** Adds to the catalogue what providers have: those that are configured say it, others tell when they are asked. */
import type {
	ImageCapabilities,
	VendorModel,
} from "../../providers/provider.ts";
import { foldName } from "./check-names.ts";
import { defaultCreditPrices } from "./default-credit-prices.ts";
import type { CatalogueEntries, Model, Offer } from "./model.ts";

/** A model that a configured provider has. */
export interface ConfiguredOffer {
	readonly provider: string;
	/** The name by which callers ask for it. */
	readonly id: string;
	/** The provider's own. */
	readonly providerModel: string;
	/** What the owner says that it can do there. */
	readonly capabilities: Partial<ImageCapabilities>;
	/** What it can do when neither the owner nor the catalogue says. */
	readonly defaults: ImageCapabilities;
}

/** Whoever is configured to have a model is asked first for it, in the order of the configuration. */
export function withConfigured(
	{ models, retired }: CatalogueEntries,
	offers: readonly ConfiguredOffer[],
): readonly Model[] {
	const ids = idsByName(models);
	const isStale = staleness({ models, retired });
	const added = Map.groupBy(
		offers.filter((offer) => !isStale(offer)),
		({ id }) => ids.get(foldName(id)) ?? id,
	);
	const known = models.map((model) => {
		const first = added.get(model.id) ?? [];
		added.delete(model.id);
		return {
			...model,
			offers: [
				...first.map(({ provider, providerModel, capabilities }) => ({
					provider,
					providerModel,
					capabilities,
				})),
				...model.offers.filter((offer) => !first.some(isSameAs(offer))),
			],
		};
	});
	return [...known, ...[...added.values()].flatMap(modelOf)];
}

/**
 * What a provider said it has comes after what is configured. A model that nobody knows is added only if the provider
 * said that it draws.
 */
export function withLearned(
	{ models, retired }: CatalogueEntries,
	{
		provider,
		learned,
		defaults,
	}: {
		readonly provider: string;
		readonly learned: readonly VendorModel[];
		readonly defaults: ImageCapabilities;
	},
): readonly Model[] {
	const ids = idsByName(models);
	const isStale = staleness({ models, retired });
	const all = new Map(models.map((model) => [model.id, model]));
	for (const { id, image } of learned) {
		const offer = { provider, providerModel: id, capabilities: image };
		const isOffered = models.some(({ offers }) => offers.some(isSameAs(offer)));
		if (isOffered || isStale(offer)) continue;
		const known = all.get(ids.get(foldName(id)) ?? id);
		if (known !== undefined)
			all.set(known.id, { ...known, offers: [...known.offers, offer] });
		else if (image !== undefined)
			for (const model of modelOf([
				{ ...offer, id, capabilities: image, defaults },
			]))
				all.set(id, model);
	}
	return [...all.values()];
}

function idsByName(models: readonly Model[]): ReadonlyMap<string, string> {
	return new Map(
		models.flatMap(({ id, aliases }) =>
			[id, ...aliases].map((name) => [foldName(name), id] as const),
		),
	);
}

/** The same model of the same provider. */
function isSameAs(offer: Offer): (other: Offer) => boolean {
	return (other) =>
		other.provider === offer.provider &&
		other.providerModel === offer.providerModel;
}

/**
 * Whether an offer is one that the vendor has taken back: a retired name of whoever has the successor. Lists that were
 * written down once, and vendors' own, go on naming those. Elsewhere, a server of one's own may well have the name.
 */
function staleness({
	models,
	retired,
}: CatalogueEntries): (offer: Offer) => boolean {
	const successors = new Map(
		retired.flatMap(({ id, aliases, successor }) =>
			[id, ...aliases].map((name) => [foldName(name), successor] as const),
		),
	);
	const all = new Map(models.map((model) => [model.id, model]));
	return ({ provider, providerModel }) => {
		const successor = all.get(successors.get(foldName(providerModel)) ?? "");
		return (
			successor?.offers.some((offer) => offer.provider === provider) ?? false
		);
	};
}

/** A model of which nothing is known but what those who have it say. */
function modelOf(offers: readonly ConfiguredOffer[]): Model[] {
	const [first, ...others] = offers;
	if (first === undefined) return [];
	const { id, provider, providerModel } = first;
	const image = { ...first.defaults, ...first.capabilities };
	return [
		{
			id,
			title: id,
			description: `As the provider ${provider} has it.`,
			aliases: [],
			offers: [
				{ provider, providerModel },
				...others.map((other) => ({
					provider: other.provider,
					providerModel: other.providerModel,
					capabilities: { ...other.defaults, ...other.capabilities },
				})),
			],
			image,
			talks: false,
			grounding: false,
			batch: false,
			languages: [],
			watermark: "unknown",
			creditPrices: defaultCreditPrices(image.sizing),
			creditsPerReply: 1,
			dollarPrices: null,
			fallbacks: [],
		},
	];
}
