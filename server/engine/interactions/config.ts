/** The settings of interactions. */
import { integerSetting } from "../../settings.ts";

export const interactionSettings = {
	interactionDays: integerSetting(
		{
			variable: "GESSO_INTERACTION_DAYS",
			default: "55",
			meaning:
				"After how many days an interaction or a response is forgotten; the pictures that were drawn for it stay in the library",
		},
		1,
		36_500,
	),
} as const;
