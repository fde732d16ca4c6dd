/** The presets of a team, under /v0/presets. */
import { principalOf } from "../../http/authenticate.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import {
	newPreset,
	presetChange,
	presetCopy,
	presetParams,
	presetResponse,
	presetsQuery,
	presetsResponse,
	presetVersionParams,
} from "./preset-schema.ts";
import { changesOf, contentOf, presetBody } from "./preset-translate.ts";
import { deletedResponse, errorResponse } from "./responses.ts";

const docs = { tags: ["Presets"], security: [{ apiKey: [] }] };

export function registerPresets(
	server: HttpServer,
	{ engine: { presets } }: DialectContext,
): void {
	server.get(
		"/presets",
		{
			schema: {
				...docs,
				summary: "List presets: your own, newest first, then the starters",
				querystring: presetsQuery,
				response: { 200: presetsResponse, default: errorResponse },
			},
		},
		async (request) => {
			const { page, limit } = request.query;
			const found = await presets.list(principalOf(request), request.query);
			return {
				data: {
					presets: found.presets.map(presetBody),
					total: found.total,
					page,
					limit,
				},
			};
		},
	);

	server.get(
		"/presets/:presetId",
		{
			schema: {
				...docs,
				summary: "Read a preset",
				params: presetParams,
				response: { 200: presetResponse, default: errorResponse },
			},
		},
		async (request) => {
			const { presetId } = request.params;
			const preset = await presets.get(principalOf(request), presetId);
			return { data: presetBody(preset) };
		},
	);

	server.get(
		"/presets/:presetId/versions/:version",
		{
			schema: {
				...docs,
				summary: "Read a version of a preset",
				description:
					"As it was when an image was made from it, even if it was changed or deleted since.",
				params: presetVersionParams,
				response: { 200: presetResponse, default: errorResponse },
			},
		},
		async (request) => {
			const { presetId, version } = request.params;
			const preset = await presets.getVersion(
				principalOf(request),
				presetId,
				version,
			);
			return { data: presetBody(preset) };
		},
	);
	registerChanges(server, presets);
}

function registerChanges(
	server: HttpServer,
	presets: DialectContext["engine"]["presets"],
): void {
	server.post(
		"/presets",
		{
			schema: {
				...docs,
				summary: "Make a preset",
				body: newPreset,
				response: { 201: presetResponse, default: errorResponse },
			},
		},
		async (request, reply) => {
			const content = contentOf(request.body);
			const preset = await presets.create(principalOf(request), content);
			return await reply.status(201).send({ data: presetBody(preset) });
		},
	);

	server.post(
		"/presets/:presetId/duplicate",
		{
			schema: {
				...docs,
				summary: "Duplicate a preset, be it a starter, to change the copy",
				params: presetParams,
				body: presetCopy,
				response: { 201: presetResponse, default: errorResponse },
			},
		},
		async (request, reply) => {
			const preset = await presets.duplicate(
				principalOf(request),
				request.params.presetId,
				request.body?.name,
			);
			return await reply.status(201).send({ data: presetBody(preset) });
		},
	);

	server.patch(
		"/presets/:presetId",
		{
			schema: {
				...docs,
				summary: "Change a preset, which makes a new version",
				params: presetParams,
				body: presetChange,
				response: { 200: presetResponse, default: errorResponse },
			},
		},
		async (request) => {
			const preset = await presets.update(
				principalOf(request),
				request.params.presetId,
				changesOf(request.body),
				request.body.version,
			);
			return { data: presetBody(preset) };
		},
	);

	server.delete(
		"/presets/:presetId",
		{
			schema: {
				...docs,
				summary: "Delete a preset",
				description: "Images that were made from it stay, and tell of it.",
				params: presetParams,
				response: { 200: deletedResponse, default: errorResponse },
			},
		},
		async (request) => {
			const { presetId } = request.params;
			await presets.delete(principalOf(request), presetId);
			return { data: { id: presetId, deleted: true as const } };
		},
	);
}
