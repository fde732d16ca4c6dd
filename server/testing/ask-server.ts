/** Asks a server's team API over the network, as a client does. */

/** Where a server is, and who asks. */
export interface Address {
	readonly url: string;
	readonly apiKey: string;
}

export interface Answer {
	readonly status: number;
	// biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field, and a wrong guess fails the test
	readonly body: any;
}

/**
 * @param route what comes after `/v0`.
 * @param post what to send; without it, the request is a GET.
 * @throws when the connection breaks.
 */
export async function askServer(
	{ url, apiKey }: Address,
	route: string,
	post?: {
		readonly body: Readonly<Record<string, unknown>>;
		readonly idempotencyKey?: string | null;
	},
): Promise<Answer> {
	const authorization = `Bearer ${apiKey}`;
	const response = await fetch(
		`${url}/v0${route}`,
		post === undefined
			? { headers: { authorization } }
			: {
					method: "POST",
					headers: {
						authorization,
						"content-type": "application/json",
						...(post.idempotencyKey && {
							"idempotency-key": post.idempotencyKey,
						}),
					},
					body: JSON.stringify(post.body),
				},
	);
	return { status: response.status, body: await response.json() };
}
