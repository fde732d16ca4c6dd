/** What the presets say that come with this server: two for a shop, two for who writes, two for who makes games. */
import type {
	ColorRequirement,
	FileRequirement,
	PresetContent,
	SelectRequirement,
	TextRequirement,
} from "./preset.ts";

/** Where one says anything else than before, its version goes up. */
type StarterText = Partial<PresetContent> &
	Pick<PresetContent, "name" | "template" | "requirements"> & {
		/** The end of its id. */
		readonly slug: string;
		readonly version: number;
	};

export const starterTexts: readonly StarterText[] = [
	{
		slug: "product_on_white",
		version: 1,
		name: "Product on white",
		description:
			"A clean catalogue picture of one product, by words or from a photo of it.",
		template:
			"Catalogue photograph of {{product}}, {{view}}, alone on a seamless white background. Even light from both sides, {{shadow}} underneath, true colours, every edge in focus, the whole product in the picture.",
		negativePrompt: "text, watermark, hands, props, other products, clutter",
		aspectRatio: "1:1",
		requirements: [
			text("product", "Product", "What it is, its material and colour"),
			choice("view", "View", [
				"seen from slightly above",
				"seen from the front",
				"seen from the side",
				"seen straight from above",
			]),
			choice("shadow", "Shadow", [
				"a faint shadow",
				"a long soft shadow",
				"its mirror image",
			]),
			photos("A photo of the product, to be shown as it is"),
		],
	},
	{
		slug: "product_at_home",
		version: 1,
		name: "Product at home",
		description: "A product where it will be used, for a shop's front page.",
		template:
			"{{product}} in a {{room}}, {{mood}} mood, {{light}}. Details of the room in {{accent}}. The product is the largest and sharpest thing in the picture; around it is room to breathe. Photographed at eye level.",
		negativePrompt: "text, watermark, people, distorted proportions, clutter",
		aspectRatio: "4:3",
		requirements: [
			text("product", "Product", "What it is, its material and colour"),
			choice("room", "Room", [
				"living room",
				"kitchen",
				"bedroom",
				"bathroom",
				"home office",
				"garden terrace",
			]),
			{
				...choice("mood", "Mood", [
					"calm",
					"bright",
					"cosy",
					"rustic",
					"elegant",
					"playful",
				]),
				type: "multiselect",
				min: 1,
				max: 3,
				default: ["calm", "bright"],
			},
			choice("light", "Light", [
				"morning light through a window",
				"warm evening light",
				"the soft light of an overcast day",
			]),
			color("accent", "Accent colour", "#c2703d"),
			photos("Photos of the product, to be shown as it is"),
		],
	},
	{
		slug: "article_header",
		version: 1,
		name: "Article header",
		description: "A wide picture above an article, with no words in it.",
		template:
			"Wide header picture for an article about {{topic}}, as {{style}}. One clear idea that is understood at a glance, few things, {{title_space}}. No letters or numbers anywhere.",
		negativePrompt: "text, letters, logo, watermark, busy background",
		aspectRatio: "16:9",
		requirements: [
			text("topic", "Topic", "What the article is about, in a sentence or two"),
			choice("style", "Style", [
				"a flat illustration in few colours",
				"an editorial photograph",
				"a watercolour",
				"a paper collage",
				"an isometric drawing",
			]),
			{
				key: "title_space",
				type: "boolean",
				label: "Leave room for a title",
				required: false,
				trueText: "with the left third calm and empty for a title",
				falseText: "well balanced over the whole width",
				default: true,
			},
		],
	},
	{
		slug: "social_post",
		version: 1,
		name: "Social post",
		description:
			"Whatever you write, always in the colour and the style of your brand.",
		template:
			"{{prompt}}. Upright picture for a social post, {{style}}, mostly in {{brand_color}} with one contrasting colour, simple shapes, strong light, a clear subject in the middle.",
		negativePrompt: "text, watermark, frame, border",
		aspectRatio: "4:5",
		requirements: [
			choice("style", "Style", ["photograph", "illustration", "3D rendering"]),
			color("brand_color", "Colour of your brand", "#2f6fed"),
		],
	},
	{
		slug: "game_item",
		version: 1,
		name: "Game item",
		description: "An icon for an inventory; four at once to choose from.",
		template:
			"Icon of {{item}} for the inventory of a game, {{rarity}}, {{style}}. One object in the middle, seen at a slight angle, with a strong outline that is recognised at 64 pixels, on a plain dark background. On a scale of wear from 0 to 10 it is a {{wear}}.",
		negativePrompt: "text, frame, hands, character, scenery, several objects",
		aspectRatio: "1:1",
		count: 4,
		requirements: [
			text("item", "Item", "What it is and what it is made of"),
			{
				...choice("rarity", "Rarity", []),
				options: [
					{ value: "plain and simple", label: "Common" },
					{ value: "finely made, with a cold blue glow", label: "Rare" },
					{ value: "richly ornamented, with a violet glow", label: "Epic" },
					{ value: "golden and radiant, from a legend", label: "Legendary" },
				],
				default: "plain and simple",
			},
			choice("style", "Style", [
				"hand-painted",
				"pixel art",
				"cel-shaded",
				"realistic",
			]),
			{
				key: "wear",
				type: "number",
				label: "Wear",
				help: "0 is new, 10 falls apart",
				required: false,
				min: 0,
				max: 10,
				default: 2,
			},
		],
	},
	{
		slug: "game_background",
		version: 1,
		name: "Game background",
		description: "A scene to play in front of, wider than the screen.",
		template:
			"Background of a side-scrolling game: {{place}} at {{time}}, {{weather}}, {{style}}. Far, middle and near layers that stand apart by colour, a level path along the bottom, nothing important at the left and right edges. No characters.",
		negativePrompt: "characters, text, interface, frame",
		aspectRatio: "21:9",
		requirements: [
			text(
				"place",
				"Place",
				"Where the scene is and what grows or stands there",
			),
			choice("time", "Time of day", ["sunset", "dawn", "noon", "night"]),
			choice("weather", "Weather", [
				"clear sky",
				"fog",
				"rain",
				"snow",
				"storm",
			]),
			choice("style", "Style", [
				"hand-painted",
				"pixel art",
				"flat shapes",
				"realistic",
			]),
		],
	},
];

function text(key: string, label: string, help: string): TextRequirement {
	return { key, type: "text", label, help, required: true, max: 500 };
}

/** The first of them is the default. */
function choice(
	key: string,
	label: string,
	values: readonly string[],
): SelectRequirement {
	return {
		key,
		type: "select",
		label,
		required: false,
		options: values.map((value) => ({ value, label: value })),
		default: values[0],
	};
}

function color(
	key: string,
	label: string,
	byDefault: string,
): ColorRequirement {
	return { key, type: "color", label, required: false, default: byDefault };
}

function photos(label: string): FileRequirement {
	return {
		key: "photo",
		type: "file",
		label,
		required: false,
		multiple: true,
		max: 3,
	};
}
