/** A file as Google's SDKs read it, and the names and URLs under which it is asked for. */
import type { FastifyRequest } from "fastify";
import type { TeamFile } from "../../../engine/engine.ts";
import type { DialectContext } from "../../dialect.ts";
import { PREFIX } from "../own-path.ts";

/** Google keeps files for two days. */
export const KEPT_MS = 48 * 60 * 60 * 1000;

const BEFORE_NAME = /^files\//;

/** @param given with `files/` or without. */
export function plainFileName(given: string): string {
	return given.replace(BEFORE_NAME, "");
}

/** As the SDKs know a file; by the name its team gave it, if there is one. */
function fileNameOf({ id, ownName }: Pick<TeamFile, "id" | "ownName">): string {
	return `files/${ownName ?? id}`;
}

export function fileBody(
	{ baseUrl }: Pick<DialectContext, "baseUrl">,
	request: FastifyRequest,
	file: TeamFile,
) {
	const name = fileNameOf(file);
	const { displayName, mediaType, sizeBytes, sha256, expiresAt } = file;
	const createTime = timeOf(file.createdAt);
	const uri = `${baseUrl(request)}${prefixOf(request)}/v1beta/${name}`;
	return {
		name,
		...(displayName !== null && { displayName }),
		mimeType: mediaType,
		// 64 bits, which JSON has no numbers for.
		sizeBytes: String(sizeBytes),
		createTime,
		updateTime: createTime,
		...(expiresAt !== null && { expirationTime: timeOf(expiresAt) }),
		// Base64 of the hexadecimal text: so it is at Google.
		sha256Hash: Buffer.from(sha256).toString("base64"),
		uri,
		state: "ACTIVE",
		...(file.source === "generated"
			? { source: "GENERATED", downloadUri: `${uri}:download?alt=media` }
			: { source: "UPLOADED" }),
	};
}

/** The prefix that a client puts before every path, for URLs that it is to use as they are. */
function prefixOf({ originalUrl }: FastifyRequest): string {
	return originalUrl.startsWith(`${PREFIX}/`) ? PREFIX : "";
}

export function timeOf(milliseconds: number): string {
	return new Date(milliseconds).toISOString();
}
