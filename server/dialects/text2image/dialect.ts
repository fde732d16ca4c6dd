/** The `text2image` dialect: one endpoint under /api/text2image, its envelope, and its German messages (S4). */
import { integerSetting, textSetting } from "../../settings.ts";
import { defineDialect } from "../dialect.ts";
import { registerRoutes } from "./routes.ts";

export const text2image = defineDialect({
	name: "text2image",
	settings: {
		provider: textSetting({
			variable: "TEXT2IMAGE_PROVIDER",
			default: "",
			meaning:
				"The provider that draws for /api/text2image, if it is to be a certain one of those that have the model; then TEXT2IMAGE_MODEL must be set too",
		}),
		model: textSetting({
			variable: "TEXT2IMAGE_MODEL",
			default: "",
			meaning:
				"The model that draws for /api/text2image, whose requests cannot name one; empty for the server's default model",
		}),
		maxImages: integerSetting(
			{
				variable: "TEXT2IMAGE_MAX_IMAGES",
				default: "4",
				meaning:
					"How many images one request to /api/text2image may ask for, within GESSO_MAX_IMAGES_PER_REQUEST",
			},
			1,
			100,
		),
	},
	register: async (server, context, settings) => {
		await server.register(
			async (part) => registerRoutes(part, context, settings),
			{ prefix: "/api/text2image" },
		);
	},
});
