/** The settings of tiers. */
import { choiceSetting, integerSetting } from "../../settings.ts";

export const TIERS = ["none", "free", "pay-as-you-go", "enterprise"] as const;
export type Tier = (typeof TIERS)[number];

const MOST = 1_000_000_000;

function limitSetting(variable: string, byDefault: string, meaning: string) {
	return integerSetting(
		{
			variable,
			default: byDefault,
			meaning: `${meaning}; 0 for no limit`,
		},
		0,
		MOST,
	);
}

/** The numbers are those of S2-9, which leaves an enterprise's to whoever grants them. */
export const tierSettings = {
	tier: choiceSetting(
		{
			variable: "GESSO_TIER",
			default: "none",
			meaning:
				"The tier of teams for whom none was set (`npm run admin -- team tier`), and of guests; none for no limits",
		},
		TIERS,
	),
	freeRequestsPerMinute: limitSetting(
		"GESSO_TIER_FREE_REQUESTS_PER_MINUTE",
		"10",
		"How many requests for pictures or answers an apiKey may send within a minute in the tier free",
	),
	freeImagesPerDay: limitSetting(
		"GESSO_TIER_FREE_IMAGES_PER_DAY",
		"50",
		"How many pictures a team may have drawn within 24 hours in the tier free",
	),
	payAsYouGoRequestsPerMinute: limitSetting(
		"GESSO_TIER_PAY_AS_YOU_GO_REQUESTS_PER_MINUTE",
		"60",
		"The same requests in the tier pay-as-you-go",
	),
	payAsYouGoImagesPerDay: limitSetting(
		"GESSO_TIER_PAY_AS_YOU_GO_IMAGES_PER_DAY",
		"1500",
		"The same pictures in the tier pay-as-you-go",
	),
	enterpriseRequestsPerMinute: limitSetting(
		"GESSO_TIER_ENTERPRISE_REQUESTS_PER_MINUTE",
		"0",
		"The same requests in the tier enterprise",
	),
	enterpriseImagesPerDay: limitSetting(
		"GESSO_TIER_ENTERPRISE_IMAGES_PER_DAY",
		"0",
		"The same pictures in the tier enterprise",
	),
} as const;
