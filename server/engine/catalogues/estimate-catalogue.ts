/** Says what a catalogue will cost, before anything is drawn. */

/** Something that is asked of a vendor once for each row. */
export interface PricedStep {
	readonly name: string;
	/** Dollars for one, when it is asked at once. */
	readonly unitDollars: number;
	/** What part of that it costs; one half in most vendors' batches (S0-9). */
	readonly priceFactor: number;
}

export interface CatalogueEstimate {
	readonly rowCount: number;
	readonly steps: readonly {
		readonly name: string;
		readonly dollars: number;
	}[];
	readonly dollars: number;
}

/** Prices are written in billionths of a dollar at most; cents that add up wrongly were a poor estimate. */
const PARTS_PER_DOLLAR = 1_000_000_000;

/** Dollars, to be called an estimate: the vendor's bill may say otherwise. */
export function estimateCatalogue(
	rowCount: number,
	steps: readonly PricedStep[],
): CatalogueEstimate {
	const parts = steps.map(({ name, unitDollars, priceFactor }) => ({
		name,
		parts: Math.round(unitDollars * priceFactor * PARTS_PER_DOLLAR) * rowCount,
	}));
	const whole = parts.reduce((sum, step) => sum + step.parts, 0);
	return {
		rowCount,
		steps: parts.map((step) => ({
			name: step.name,
			dollars: step.parts / PARTS_PER_DOLLAR,
		})),
		dollars: whole / PARTS_PER_DOLLAR,
	};
}
