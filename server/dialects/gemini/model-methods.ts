/** POST /models/{model}:{method}: finds the model and who answers for the method. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { setDeprecation } from "../../http/deprecation.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import {
	findModel,
	type NamedModel,
	noSuchModel,
	plainName,
} from "./model-names.ts";

/** What is asked of a model. */
export interface ModelCall extends NamedModel {
	readonly request: FastifyRequest;
	readonly reply: FastifyReply;
}

export type ModelMethod = (call: ModelCall) => Promise<FastifyReply>;

const parameters = z.object({ version: z.string(), "*": z.string() });

/** @param methods by their names in the path. */
export function registerModelMethods(
	server: HttpServer,
	context: DialectContext,
	methods: Readonly<Record<string, ModelMethod>>,
): void {
	server.post(
		"/models/*",
		{
			schema: {
				tags: ["Gemini models"],
				security: [{ apiKey: [] }],
				summary: "Call a method of a model, as models/{model}:{method}",
				description: `Methods: ${Object.keys(methods).join(", ")}. Without the prefix /gemini the path is the one that Google's SDKs use.`,
				params: parameters,
			},
		},
		async (request, reply) => {
			const { version, "*": path } = request.params;
			const [given, name] = splitAtLast(path, ":");
			const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
			if (method === undefined)
				throw noSuchModel(plainName(given), {
					version,
					method: name.slice(0, 100) || "POST",
				});
			const named = findModel(context, given, { version, method: name });
			tellRetired(reply, named);
			return await method({ ...named, request, reply });
		},
	);
}

/** A model's name may have colons. */
function splitAtLast(text: string, separator: string): [string, string] {
	const at = text.lastIndexOf(separator);
	return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** Also of what is refused or fails. */
export function tellRetired(
	reply: FastifyReply,
	{ name, model }: NamedModel,
): void {
	if (model.retired === null) return;
	const { on, successor } = model.retired;
	setDeprecation(reply, [
		{
			kind: "deprecated",
			parameter: "model",
			message: `${name} is retired; ${successor} answers.`,
			since: Date.parse(on),
		},
	]);
}
