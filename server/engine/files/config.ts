/** The settings of files that teams keep here. */
import { integerSetting } from "../../settings.ts";

const TERABYTE = 1_099_511_627_776;

export const fileSettings = {
	maxFileBytes: integerSetting(
		{
			variable: "GESSO_MAX_FILE_BYTES",
			default: "2147483648",
			meaning: "Size limit of one uploaded file",
		},
		1_024,
		TERABYTE,
	),
	maxFilesBytesPerTeam: integerSetting(
		{
			variable: "GESSO_MAX_FILES_BYTES_PER_TEAM",
			default: "21474836480",
			meaning:
				"How many bytes all files of a team may have together for it to upload another; what is written for it counts, but is never refused",
		},
		0,
		1_024 * TERABYTE,
	),
	maxFilesBytesPerGuest: integerSetting(
		{
			variable: "GESSO_MAX_FILES_BYTES_PER_GUEST",
			default: "104857600",
			meaning: "The same for a guest",
		},
		0,
		1_024 * TERABYTE,
	),
	generatedFileDays: integerSetting(
		{
			variable: "GESSO_GENERATED_FILE_DAYS",
			default: "30",
			meaning:
				"After how many days the results of a batch are forgotten, when whoever made it did not say",
		},
		1,
		36_500,
	),
} as const;
