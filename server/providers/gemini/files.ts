/** Hands files to the vendor: what is too large for a request, and what its batches read. It forgets them after 48 hours. */
import type { OutgoingBody } from "../../net/vendor-http.ts";
import { ProviderError } from "../provider.ts";
import { jsonBody } from "../wire/bodies.ts";
import { type GeminiAccount, uploadUrl } from "./account.ts";
import { fieldsOf, textOf } from "./reading.ts";

/** As the vendor calls it: by name where it is to be read, by URI in a prompt. */
interface UploadedFile {
	readonly name: string;
	readonly uri: string;
}

const TRIES = 3;

/**
 * The resumable protocol in its shortest form: begin, then everything at once. When the answer to the second request is
 * lost, nobody knows whether the session is over, so a new one is begun; what it leaves behind costs nothing.
 * @throws {ProviderError} which never may be paid for.
 */
export async function uploadFile(
	account: GeminiAccount,
	displayName: string,
	body: OutgoingBody,
	signal: AbortSignal,
): Promise<UploadedFile> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await uploadOnce(account, displayName, body, signal);
		} catch (error) {
			const mayRepeat =
				attempt < TRIES &&
				error instanceof ProviderError &&
				error.isRetryable &&
				error.retryAfterMs === undefined;
			if (!mayRepeat) throw error;
		}
	}
}

async function uploadOnce(
	account: GeminiAccount,
	displayName: string,
	body: OutgoingBody,
	signal: AbortSignal,
): Promise<UploadedFile> {
	const url = await begin(account, displayName, body, signal);
	const { value } = await unpaid(() =>
		account.vendor.json(
			{
				method: "POST",
				url,
				headers: {
					"x-goog-upload-command": "upload, finalize",
					"x-goog-upload-offset": "0",
				},
				body,
			},
			{ signal },
		),
	);
	const file = fieldsOf(fieldsOf(value).file);
	const name = textOf(file.name);
	const uri = textOf(file.uri);
	if (name === undefined || uri === undefined)
		throw new ProviderError(
			"unavailable",
			`${account.name} took a file and did not say what it is called.`,
		);
	return { name, uri };
}

/** @returns where the bytes go. */
async function begin(
	account: GeminiAccount,
	displayName: string,
	{ contentType, sizeBytes }: OutgoingBody,
	signal: AbortSignal,
): Promise<string> {
	const answer = await account.vendor.answer(
		{
			method: "POST",
			url: uploadUrl(account),
			isPaid: false,
			headers: {
				"x-goog-upload-protocol": "resumable",
				"x-goog-upload-command": "start",
				"x-goog-upload-header-content-length": String(sizeBytes),
				"x-goog-upload-header-content-type": contentType,
			},
			body: jsonBody({
				file: {
					mimeType: contentType,
					displayName,
					sizeBytes: String(sizeBytes),
				},
			}),
		},
		signal,
	);
	answer.discard();
	const where = answer.header("x-goog-upload-url") ?? "";
	if (!URL.canParse(where, account.url))
		throw new ProviderError(
			"unavailable",
			`${account.name} did not say where a file is to be uploaded to.`,
		);
	// Our key goes to the host that the owner configured, whatever host the answer names.
	const { pathname, search } = new URL(where, account.url);
	return new URL(pathname + search, account.url).href;
}

/** It is sent as a paid request only so that it is not sent twice into one session. */
async function unpaid<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof ProviderError)) throw error;
		const { kind, message, publicMessage, retryAfterMs } = error;
		throw new ProviderError(kind, message, {
			publicMessage,
			retryAfterMs,
			cause: error,
		});
	}
}
