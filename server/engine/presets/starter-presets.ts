/** The presets that come with this server: everybody can use and duplicate them, nobody can change them. */
import { searchTextOf } from "../generations/search-text.ts";
import type { Preset } from "./preset.ts";
import { starterTexts } from "./starter-texts.ts";

export const starterPresets: readonly Preset[] = starterTexts.map(
	({ slug, ...said }) => ({
		id: `preset_starter_${slug}`,
		description: null,
		negativePrompt: null,
		model: null,
		aspectRatio: null,
		resolution: null,
		count: null,
		...said,
		isStarter: true,
		createdAt: null,
		updatedAt: null,
	}),
);

export function findStarter(id: string): Preset | undefined {
	return starterPresets.find((preset) => preset.id === id);
}

/** Those whose name has a text in it, as `containsText` finds them in the database. */
export function startersNamed(search: string): readonly Preset[] {
	const needle = searchTextOf(search);
	return starterPresets.filter(({ name }) =>
		searchTextOf(name).includes(needle),
	);
}
