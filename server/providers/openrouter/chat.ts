/** Goes on with a conversation through OpenRouter's chat completions, as they stream. */
import { z } from "zod";
import {
	type CallContext,
	type ChatCall,
	type ChatEvent,
	type Consumption,
	ProviderError,
} from "../provider.ts";
import { jsonBody } from "../wire/bodies.ts";
import type { Connection } from "./connection.ts";
import { consumptionOf } from "./consumption.ts";
import { errorOfFault, faultIn } from "./faults.ts";
import { imageConfigOf, messagesOf, signatureOf } from "./messages.ts";
import { keepPicture } from "./pictures.ts";

const optionalText = z.string().optional().catch(undefined);

/** A choice of a whole answer has a `message` where one of a stream has a `delta`. */
const saidSchema = z.looseObject({
	content: optionalText,
	refusal: optionalText,
	images: z
		.array(
			z.looseObject({
				image_url: z.looseObject({ url: z.unknown().optional() }),
			}),
		)
		.catch([]),
	reasoning_details: z.array(z.looseObject({ type: optionalText })).catch([]),
});

const choiceSchema = z.looseObject({
	delta: saidSchema.optional().catch(undefined),
	message: saidSchema.optional().catch(undefined),
	finish_reason: optionalText,
	native_finish_reason: optionalText,
});

const completionSchema = z.looseObject({
	choices: z.array(choiceSchema).catch([]),
	usage: z.unknown().optional(),
});

export type Choice = z.infer<typeof choiceSchema>;

/** Reasons of Google's, which OpenRouter passes on beside its own. */
const BLOCKING_REASONS: ReadonlySet<string> = new Set([
	"SAFETY",
	"BLOCKLIST",
	"PROHIBITED_CONTENT",
	"SPII",
	"IMAGE_SAFETY",
	"IMAGE_PROHIBITED_CONTENT",
	"IMAGE_RECITATION",
]);

/** The place of pictures in a completion, whole or streamed. */
export const isPictureOfCompletion = (path: readonly (string | number)[]) =>
	path[0] === "choices" && path[3] === "images" && path[6] === "url";

/**
 * Reads a completion, or a piece of one.
 * @throws {ProviderError} for an error in it, or when a policy ended it.
 */
export function readCompletion(
	connection: Connection,
	value: unknown,
	mayBePaid: boolean,
): { choice: Choice | undefined; usage: unknown } {
	const { name } = connection;
	const { choices, usage } = completionSchema
		.catch({
			choices: [],
			usage: undefined,
		})
		.parse(value);
	const [choice] = choices;
	const fault = faultIn(value) ?? faultIn(choice);
	if (fault !== undefined) throw errorOfFault(connection, fault, mayBePaid);
	if (
		choice?.finish_reason === "content_filter" ||
		BLOCKING_REASONS.has(choice?.native_finish_reason ?? "")
	)
		throw new ProviderError(
			"content_blocked",
			`${name} ended the answer: ${choice?.native_finish_reason ?? choice?.finish_reason}`,
			{ mayBePaid },
		);
	if (choice?.finish_reason === "error")
		throw new ProviderError("unavailable", `${name} broke the answer off`, {
			mayBePaid,
		});
	return { choice, usage };
}

export async function* chat(
	connection: Connection,
	call: ChatCall,
	context: CallContext,
): AsyncGenerator<ChatEvent, void> {
	const { name, url, vendor } = connection;
	const pieces = vendor.events(
		{
			method: "POST",
			url: `${url}/chat/completions`,
			body: jsonBody(requestOf(call, name)),
		},
		context,
		isPictureOfCompletion,
	);
	const seen = new Set<string>();
	const details: unknown[] = [];
	let reason: string | undefined;
	let usage: unknown;
	let hasSaidSomething = false;
	for await (const piece of pieces) {
		const read = readCompletion(connection, piece, hasSaidSomething);
		usage = read.usage ?? usage;
		reason = read.choice?.finish_reason ?? reason;
		const said = read.choice?.delta ?? read.choice?.message;
		if (said === undefined) continue;
		details.push(...said.reasoning_details.filter(isEncrypted));
		const text = said.content || said.refusal;
		if (text) {
			hasSaidSomething = true;
			yield { kind: "text", text };
		}
		for (const { image_url } of said.images) {
			hasSaidSomething = true;
			const file = await keepPicture(connection, image_url.url, context);
			// Some providers send a picture again with the last piece.
			if (file === undefined || seen.has(file.sha256)) continue;
			seen.add(file.sha256);
			yield {
				kind: "image",
				image: { file, seed: undefined, revisedPrompt: undefined },
			};
		}
	}
	if (reason === undefined)
		throw new ProviderError(
			"unavailable",
			`${name} ended the stream in the middle of the answer`,
			{ mayBePaid: true },
		);
	const signature = signatureOf(details);
	if (signature !== undefined) yield { kind: "text", text: "", signature };
	yield {
		kind: "end",
		reason: reason === "length" ? "length" : "stop",
		warnings: [],
		...consumed(usage),
	};
}

/** Thoughts that the model wants back; those that can be read are of no use to it without what signs them. */
function isEncrypted({ type }: { type?: string | undefined }): boolean {
	return type === "reasoning.encrypted";
}

function consumed(usage: unknown): Consumption {
	return consumptionOf(usage, { drawn: false });
}

function requestOf(call: ChatCall, name: string): unknown {
	return {
		model: call.model,
		stream: true,
		messages: messagesOf(call, name),
		...(call.modalities.includes("image") && {
			modalities: call.modalities,
			...imageConfigOf(call.frame),
		}),
		...(call.seed !== undefined && { seed: call.seed }),
		...(call.temperature !== undefined && { temperature: call.temperature }),
		...(call.maxOutputTokens !== undefined && {
			max_tokens: call.maxOutputTokens,
		}),
	};
}
