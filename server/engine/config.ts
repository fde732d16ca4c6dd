/** The settings of the engine. */
import {
	flagSetting,
	integerSetting,
	textSetting,
	type Values,
} from "../settings.ts";
import { batchSettings } from "./batches/config.ts";
import { catalogueSettings } from "./catalogues/config.ts";
import { fileSettings } from "./files/config.ts";
import { interactionSettings } from "./interactions/config.ts";
import { tierSettings } from "./limits/config.ts";
import { vendorBatchSettings } from "./vendor-batches/config.ts";

export const engineSettings = {
	defaultModel: textSetting({
		variable: "GESSO_DEFAULT_MODEL",
		default: "",
		meaning:
			"The model that draws when a request names none; empty for the one of IMAGE_PROVIDER_URL if that is set, else the embedded painter, else whichever is ready",
	}),
	painterStandsIn: flagSetting({
		variable: "GESSO_PAINTER_STANDS_IN",
		default: "true",
		meaning:
			"Whether the embedded painter draws, and answers in words, for a known model that draws and whose provider is not configured; the response says so in a warning",
	}),
	defaultChatModel: textSetting({
		variable: "GESSO_DEFAULT_CHAT_MODEL",
		default: "",
		meaning:
			"The model that answers in a chat when a request names none; empty for the first that talks and is ready, else the embedded painter, which describes sizes and colours and says else that it only paints",
	}),
	generationEnabled: flagSetting({
		variable: "IMAGE_GENERATION_ENABLED",
		default: "true",
		meaning:
			"Whether pictures are drawn at all; when not, requests for them are refused and everything else goes on",
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
	guestsEnabled: flagSetting({
		variable: "GESSO_GUESTS_ENABLED",
		default: "true",
		meaning:
			"Whether people without an apiKey may come in as guests (POST /auth/guest-login)",
	}),
	guestCredits: integerSetting(
		{
			variable: "GESSO_GUEST_CREDITS",
			default: "20",
			meaning: "Credits that a guest is given when it comes in",
		},
		0,
		1_000_000_000,
	),
	guestLoginsPerMinute: integerSetting(
		{
			variable: "GESSO_GUEST_LOGINS_PER_MINUTE",
			default: "10",
			meaning: "How many guests may come in from one address within a minute",
		},
		1,
		10_000,
	),
	guestDays: integerSetting(
		{
			variable: "GESSO_GUEST_DAYS",
			default: "30",
			meaning:
				"After how many days without a visit a guest is forgotten who has made nothing",
		},
		1,
		3_650,
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
			default: "52428800",
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
	...fileSettings,
	...batchSettings,
	...catalogueSettings,
	...vendorBatchSettings,
	...tierSettings,
	...interactionSettings,
} as const;

export type EngineSettings = Values<typeof engineSettings>;
