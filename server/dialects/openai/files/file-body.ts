/** A file in this dialect's words. */
import type { TeamFile } from "../../../engine/engine.ts";

export function fileBody(file: TeamFile) {
	return {
		id: fileIdFor(file.id),
		object: "file" as const,
		bytes: file.sizeBytes,
		created_at: secondsOf(file.createdAt),
		...(file.expiresAt !== null && { expires_at: secondsOf(file.expiresAt) }),
		filename: file.fileName,
		purpose: file.purpose,
		status: "processed" as const,
	};
}

export function fileIdFor(id: string): string {
	return `file-${id}`;
}

/** @returns the engine's id; the text itself when it is none of ours, for the engine not to find it. */
export function fileIdOf(text: string): string {
	return text.replace(/^file-/, "");
}

export function secondsOf(milliseconds: number): number {
	return Math.floor(milliseconds / 1000);
}
