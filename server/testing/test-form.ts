/** Forms with files in them, as a client would send them, for requests without a socket. */

export interface Part {
	readonly name: string;
	readonly value: string | Buffer;
	/** Of a file. */
	readonly fileName?: string;
	/** What a client says that a file is. */
	readonly mediaType?: string;
}

const BOUNDARY = "----formdata-of-a-test";

/** The body of a form and the headers that go with it. */
export function formOf(
	parts: readonly Part[],
	headers: Readonly<Record<string, string>> = {},
): { payload: Buffer; headers: Record<string, string> } {
	const pieces = parts.flatMap(({ name, value, fileName, mediaType }) => {
		const file =
			fileName === undefined
				? ""
				: `; filename="${fileName}"\r\nContent-Type: ${mediaType ?? "application/octet-stream"}`;
		return [
			Buffer.from(
				`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`,
			),
			Buffer.from(value),
			Buffer.from("\r\n"),
		];
	});
	return {
		payload: Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]),
		headers: {
			...headers,
			"content-type": `multipart/form-data; boundary=${BOUNDARY}`,
		},
	};
}
