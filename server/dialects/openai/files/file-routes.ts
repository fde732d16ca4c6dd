/** Files under /v1/files: uploaded, listed, read and deleted. */
import { principalOf } from "../../../http/authenticate.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import { registerMultipart } from "../../../http/read-multipart.ts";
import { sendFile } from "../../../http/send-file.ts";
import type { DialectContext } from "../../dialect.ts";
import { listBody } from "../conversations/bodies.ts";
import { fileBody, fileIdOf } from "./file-body.ts";
import { readUpload } from "./read-upload.ts";
import {
	docs,
	fileParams,
	fileQuery,
	readExpiry,
	readPurpose,
	uploadBody,
} from "./schema.ts";

export async function registerFiles(
	server: HttpServer,
	context: DialectContext,
): Promise<void> {
	await server.register(async (part: HttpServer) => {
		await registerMultipart(part);
		registerUpload(part, context);
	});
	const { files } = context.engine;

	server.get(
		"/files",
		{ schema: { ...docs, summary: "List files", querystring: fileQuery } },
		async (request) => {
			const { limit, order, after, purpose } = request.query;
			const page = await files.list(principalOf(request), {
				limit,
				order,
				purpose,
				after: after === undefined ? undefined : fileIdOf(after),
			});
			return listBody(page.files.map(fileBody), page.hasMore);
		},
	);

	server.get(
		"/files/:id",
		{ schema: { ...docs, summary: "Read what a file is", params: fileParams } },
		async (request) => {
			const id = fileIdOf(request.params.id);
			return fileBody(await files.get(principalOf(request), id));
		},
	);

	server.delete(
		"/files/:id",
		{ schema: { ...docs, summary: "Delete a file", params: fileParams } },
		async (request) => {
			const { id } = request.params;
			await files.delete(principalOf(request), fileIdOf(id));
			return { id, object: "file", deleted: true };
		},
	);

	server.get(
		"/files/:id/content",
		{
			schema: { ...docs, summary: "Read a file's bytes", params: fileParams },
			exposeHeadRoute: true,
		},
		async (request, reply) =>
			await sendFile(files, request, reply, fileIdOf(request.params.id)),
	);
}

function registerUpload(server: HttpServer, { engine }: DialectContext): void {
	server.post(
		"/files",
		{
			// What a form must be is told by its reader; the schema is for the document.
			validatorCompiler: () => (value: unknown) => ({ value }),
			schema: {
				...docs,
				summary: "Upload a file",
				consumes: ["multipart/form-data"],
				body: uploadBody,
			},
		},
		async (request) => {
			const upload = await readUpload(request, engine);
			const { fields, staged, fileName, mediaType } = upload;
			try {
				const purpose = readPurpose(fields.purpose);
				const seconds = readExpiry(fields, purpose);
				const file = await engine.files.create(principalOf(request), staged, {
					purpose,
					fileName,
					mediaType,
					keptMs: seconds === undefined ? undefined : seconds * 1000,
				});
				return fileBody(file);
			} finally {
				await engine.files.discard(staged);
			}
		},
	);
}
