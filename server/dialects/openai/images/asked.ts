/** What a request asks for, read from its body, be that JSON or a form with files in it. */
import type { FastifyRequest } from "fastify";
import { EngineError } from "../../../engine/errors.ts";
import type { GenerationRequest } from "../../../engine/generations/request.ts";
import { idempotencyOf } from "../../../http/idempotency.ts";
import { readEditForm } from "./edit-form.ts";
import type { ImagesHouse, Uploads } from "./pictures.ts";

export interface Asked {
	readonly request: GenerationRequest;
	/** Whether the answer is to be server-sent events. The Accept header says nothing of it: SDKs send the same for both. */
	readonly isStreaming: boolean;
}

/** Translates a body into the engine's words. */
type Read = (
	house: ImagesHouse,
	body: unknown,
	uploads?: Uploads,
) => Promise<GenerationRequest>;

/** @throws {EngineError} `unsupported_media_type` for a form. */
export async function askedInJson(
	request: FastifyRequest,
	house: ImagesHouse,
	read: Read,
): Promise<Asked> {
	if (request.isMultipart())
		throw new EngineError(
			"unsupported_media_type",
			"This Content-Type is not accepted here. Send application/json.",
		);
	const { body } = request;
	return askedWith(request, await read(house, body), body, body);
}

export async function askedInJsonOrForm(
	request: FastifyRequest,
	house: ImagesHouse,
	read: Read,
): Promise<Asked> {
	if (!request.isMultipart()) return await askedInJson(request, house, read);
	const form = await readEditForm(request, house);
	const { fields, uploads, fingerprint } = form;
	const translated = await read(house, fields, uploads);
	return askedWith(request, translated, fields, fingerprint);
}

/** @param fingerprint tells a repetition from another request. */
function askedWith(
	{ method, url, headers }: FastifyRequest,
	translated: GenerationRequest,
	fields: unknown,
	fingerprint: unknown,
): Asked {
	const { stream } = (fields ?? {}) as { stream?: unknown };
	return {
		request: {
			...translated,
			idempotency: idempotencyOf({ method, url, headers, body: fingerprint }),
		},
		isStreaming: /^\s*(true|1)\s*$/i.test(String(stream)),
	};
}
