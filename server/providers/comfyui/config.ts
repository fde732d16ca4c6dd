/** The settings of a ComfyUI server and of the one workflow that needs no configuration file. */
import { textSetting, urlSetting } from "../../settings.ts";

export const comfyuiSettings = {
	url: urlSetting(
		{
			variable: "COMFYUI_URL",
			default: "",
			meaning: "Draws with a ComfyUI server; empty for none",
		},
		["http", "https"],
	),
	workflow: textSetting({
		variable: "COMFYUI_WORKFLOW",
		default: "",
		meaning:
			"The path of a workflow that was exported in API format; offered as the model `comfyui`",
	}),
	checkpoint: textSetting({
		variable: "COMFYUI_CHECKPOINT",
		default: "",
		meaning:
			"Instead of a workflow: a checkpoint of that server, as ComfyUI lists it, to draw pictures from text with; offered as the model `comfyui`",
	}),
} as const;
