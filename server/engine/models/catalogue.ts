/** The models there are, by every name that means one of them. */
import type {
	ImageCapabilities,
	Provider,
	VendorModel,
} from "../../providers/provider.ts";
import { withLearned } from "./add-offers.ts";
import { foldName } from "./check-names.ts";
import type { CatalogueEntries, Model, RetiredModel } from "./model.ts";

/** What a name means. */
export interface Found {
	/** Of a retired name its successor, within what the name could do. */
	readonly model: Model;
	readonly retirement: RetiredModel | undefined;
}

export interface Catalogue extends CatalogueEntries {
	/** By id, alias or retired name: first letter by letter, then in any case and without `models/` before it. */
	find(name: string): Found | undefined;
	/**
	 * Takes in what a provider said that it has, in the place of what it said before.
	 * @param defaults what a model can do of which it said nothing.
	 */
	learn(
		provider: Provider["name"],
		models: readonly VendorModel[],
		defaults: ImageCapabilities,
	): void;
}

export function createCatalogue(entries: CatalogueEntries): Catalogue {
	const learned = new Map<
		string,
		{
			readonly learned: readonly VendorModel[];
			readonly defaults: ImageCapabilities;
		}
	>();
	let { models } = entries;
	let names = namesOf(entries);
	return {
		get models() {
			return models;
		},
		retired: entries.retired,
		find: (name) => names.exact.get(name) ?? names.folded.get(foldName(name)),
		learn: (provider, vendorModels, defaults) => {
			learned.set(provider, { learned: vendorModels, defaults });
			models = [...learned].reduce(
				(known, [each, said]) =>
					withLearned(
						{ models: known, retired: entries.retired },
						{ provider: each, ...said },
					),
				entries.models,
			);
			names = namesOf({ models, retired: entries.retired });
		},
	};
}

interface Names {
	readonly exact: ReadonlyMap<string, Found>;
	readonly folded: ReadonlyMap<string, Found>;
}

/** Ids go before aliases, and models before retired names. */
function namesOf({ models, retired }: CatalogueEntries): Names {
	const byId = new Map(models.map((model) => [model.id, model]));
	const found = [
		...models.map((model) => ({ model, retirement: undefined, names: model })),
		...retired.flatMap((retirement) => {
			const successor = byId.get(retirement.successor);
			if (successor === undefined) return [];
			const model = withinLimits(successor, retirement);
			return [{ model, retirement, names: retirement }];
		}),
	];
	const named = [
		...found.map((each) => [each.names.id, each] as const),
		...found.flatMap((each) =>
			each.names.aliases.map((alias) => [alias, each] as const),
		),
	].reverse();
	return {
		exact: new Map(named),
		folded: new Map(named.map(([name, each]) => [foldName(name), each])),
	};
}

/** A successor as the callers of a retired name may use it. */
function withinLimits(
	successor: Model,
	{ image, resolutions }: RetiredModel,
): Model {
	return {
		...successor,
		image: successor.image && { ...successor.image, ...image },
		offers: successor.offers.map((offer) => ({
			...offer,
			capabilities: { ...offer.capabilities, ...image },
		})),
		creditPrices: Object.fromEntries(
			Object.entries(successor.creditPrices).filter(
				([tier]) => resolutions?.some((each) => each === tier) ?? true,
			),
		),
	};
}
