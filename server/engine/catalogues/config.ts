/** The settings of catalogues. */
import { dollarsSetting } from "../../settings.ts";

export const catalogueSettings = {
	dollarsPerDescription: dollarsSetting({
		variable: "GESSO_DOLLARS_PER_DESCRIPTION",
		default: "",
		meaning:
			"What a vendor asks for the description of one row of a catalogue, for estimates; empty when nobody knows",
	}),
	dollarsPerRowImage: dollarsSetting({
		variable: "GESSO_DOLLARS_PER_ROW_IMAGE",
		default: "",
		meaning:
			"What a vendor asks for one picture of a catalogue, for estimates; empty for the price list of the model",
	}),
} as const;
