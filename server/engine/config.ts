/** The settings of the engine. */
import {
	flagSetting,
	integerSetting,
	textSetting,
	type Values,
} from "../settings.ts";

export const engineSettings = {
	defaultModel: textSetting({
		variable: "GESSO_DEFAULT_MODEL",
		default: "painter",
		meaning: "The model that draws when a request names none",
	}),
	painterStandsIn: flagSetting({
		variable: "GESSO_PAINTER_STANDS_IN",
		default: "true",
		meaning:
			"Whether the embedded painter draws for a known model whose provider is not configured; the response says so in a warning",
	}),
	maxImagesPerRequest: integerSetting(
		{
			variable: "GESSO_MAX_IMAGES_PER_REQUEST",
			default: "10",
			meaning: "How many images one request may ask for",
		},
		1,
		100,
	),
	firstTeamCredits: integerSetting(
		{
			variable: "GESSO_FIRST_TEAM_CREDITS",
			default: "1000",
			meaning: "Credits that the first team is given when it is made",
		},
		0,
		1_000_000_000,
	),
	syncWaitSeconds: integerSetting(
		{
			variable: "GESSO_SYNC_WAIT_SECONDS",
			default: "180",
			meaning: "How long a synchronous request waits for its images",
		},
		1,
		3_600,
	),
	leaseMs: integerSetting(
		{
			variable: "GESSO_LEASE_MS",
			default: "15000",
			meaning:
				"How long a generation stays with a process that gives no sign of life before another takes it over",
		},
		200,
		600_000,
	),
	pollMs: integerSetting(
		{
			variable: "GESSO_POLL_MS",
			default: "1000",
			meaning:
				"How often a process looks for work and results that no announcement told it of",
		},
		20,
		60_000,
	),
	workerSlots: integerSetting(
		{
			variable: "GESSO_WORKER_SLOTS",
			default: "16",
			meaning:
				"How many provider calls this process has under way at once; 0 for a process that only answers requests",
		},
		0,
		1_000,
	),
	callTimeoutSeconds: integerSetting(
		{
			variable: "GESSO_CALL_TIMEOUT_SECONDS",
			default: "600",
			meaning: "How long one call to a provider may take",
		},
		1,
		3_600,
	),
	maxReferenceBytes: integerSetting(
		{
			variable: "GESSO_MAX_REFERENCE_BYTES",
			default: "20971520",
			meaning: "Size limit of one reference image",
		},
		1_024,
		1_073_741_824,
	),
	maxReferencePixels: integerSetting(
		{
			variable: "GESSO_MAX_REFERENCE_PIXELS",
			default: "50000000",
			meaning: "Pixel limit of one reference image",
		},
		1,
		1_000_000_000,
	),
} as const;

export type EngineSettings = Values<typeof engineSettings>;
