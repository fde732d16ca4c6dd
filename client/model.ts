/** What can be asked for by which name. */

export interface Model {
	readonly id: string;
	readonly title: string;
	readonly description: string;
	readonly aliases: readonly string[];
	/** `stand_in`: another model draws in its place. */
	readonly status: "ready" | "stand_in" | "not_configured";
	/** Who would answer now. */
	readonly answeredBy: {
		readonly model: string;
		readonly provider: string;
		readonly providerModel: string;
	} | null;
	readonly retired: { readonly on: string; readonly successor: string } | null;
	readonly capabilities: {
		/** `null` for a model that only talks. */
		readonly image: object | null;
		readonly text: boolean;
	};
	readonly prices: {
		/** For one picture, by tier. */
		readonly credits: Readonly<Partial<Record<string, number>>>;
	};
	readonly isDefault: boolean;
}
