/** What a request for pictures asks of the engine, be it JSON or a form, whose files are let go as soon as the engine has them. */
import type { FastifyRequest } from "fastify";
import type { Engine } from "../../engine/engine.ts";
import type { GenerationRequest } from "../../engine/generations/request.ts";
import { idempotencyOf } from "../../http/idempotency.ts";
import { type GenerationForm, readGenerationForm } from "./generation-form.ts";
import type { GenerationBody, ResponseFormat } from "./schema.ts";
import { requestOf } from "./translate.ts";

/** What came as a form, from when it was read until the engine has it. */
const forms = new WeakMap<FastifyRequest, GenerationForm>();

/** A hook that reads a form before it is validated as if it were JSON; `withAsked` must follow, whatever is wrong with it. */
export function takeForm(engine: Engine) {
	return async (request: FastifyRequest): Promise<void> => {
		if (!request.isMultipart()) return;
		const form = await readGenerationForm(request, engine);
		forms.set(request, form);
		request.body = form.fields;
	};
}

/** @throws {EngineError} for what is wrong with the request; the validator's fault, which the route leaves to it. */
export async function withAsked<T>(
	engine: Engine,
	request: FastifyRequest,
	read: { readonly body: GenerationBody; readonly format: ResponseFormat },
	work: (asked: GenerationRequest) => Promise<T>,
): Promise<T> {
	const files = forms.get(request)?.files ?? [];
	try {
		if (request.validationError !== undefined) throw request.validationError;
		const { method, url, headers } = request;
		const fingerprint = files.map(({ field, file }) => [field, file.sha256]);
		return await work({
			...requestOf(read.body, read.format, files),
			idempotency: idempotencyOf({
				method,
				url,
				headers,
				body: files.length === 0 ? read.body : [read.body, fingerprint],
			}),
		});
	} finally {
		for (const source of files) await engine.inputs.discard(source);
	}
}
