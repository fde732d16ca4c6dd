/** What a prompt comes down to for the painter: one scene, its light and weather, the colours asked for and a seed. */

export type SceneName =
	| "mountains"
	| "sea"
	| "forest"
	| "desert"
	| "night"
	| "city"
	| "flowers"
	| "abstract"
	| "rug";
export type TimeOfDay = "dawn" | "day" | "sunset" | "dusk" | "night";
export type Weather = "clear" | "cloudy" | "fog" | "rain" | "snow" | "storm";
export type Season = "spring" | "summer" | "autumn" | "winter";

/** The flowers that the painter can shape. */
export type FlowerSpecies =
	| "rose"
	| "tulip"
	| "sunflower"
	| "daisy"
	| "poppy"
	| "lavender";
/** The families of abstract pictures. */
export type PatternFamily = "marble" | "contours" | "interlace" | "shapes";
export type RugShape = "rectangle" | "runner" | "round" | "square";
export type RugDesign =
	| "medallion"
	| "allover"
	| "tribal"
	| "striped"
	| "lattice";
/** Deep old dyes, washed-out ones, or quiet naturals and greys. */
export type RugPalette = "classic" | "pastel" | "modern";

export interface Brief {
	readonly scene: SceneName;
	readonly timeOfDay: TimeOfDay;
	readonly weather: Weather;
	readonly season: Season;
	/** Linear RGB triples that the prompt (or a reference picture) asked for, strongest first; empty when it named none. */
	readonly colours: readonly (readonly [number, number, number])[];
	/** Already mixes the caller's seed with a hash of the prompt. */
	readonly seed: number;
	/** What the prompt said of the scene's own subject; a scene chooses by its seed what is left open here. */
	readonly flower?: FlowerSpecies;
	readonly pattern?: PatternFamily;
	readonly rugShape?: RugShape;
	readonly rugDesign?: RugDesign;
	readonly rugPalette?: RugPalette;
	/** The rug's long side divided by its short one, when the prompt gave both; at least 1. */
	readonly rugProportion?: number;
}
