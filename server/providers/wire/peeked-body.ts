/** Looks at how a body begins without taking anything away from whoever reads it then. */

/** The first letter of a body that is no blank; empty when there is none. */
export interface PeekedBody {
	readonly firstLetter: string;
	/** The whole body, to be read once. */
	readonly body: AsyncIterable<Uint8Array>;
}

/** A body that is blank for longer is not looked at any further. */
const MAX_BLANK_BYTES = 65_536;

/** Reads no more of the body than it takes. @throws what the body throws. */
export async function peekBody(
	body: AsyncIterable<Uint8Array>,
): Promise<PeekedBody> {
	const iterator = body[Symbol.asyncIterator]();
	const seen: Uint8Array[] = [];
	let firstLetter = "";
	let sizeBytes = 0;
	while (firstLetter === "" && sizeBytes <= MAX_BLANK_BYTES) {
		const step = await iterator.next();
		if (step.done) break;
		seen.push(step.value);
		sizeBytes += step.value.byteLength;
		// Drops a byte order mark, and waits for the rest of a letter that was cut.
		const text = new TextDecoder().decode(Buffer.concat(seen), {
			stream: true,
		});
		firstLetter = text.trim().slice(0, 1);
	}
	return {
		firstLetter,
		body: { [Symbol.asyncIterator]: () => rest(seen, iterator) },
	};
}

function rest(
	seen: Uint8Array[],
	iterator: AsyncIterator<Uint8Array>,
): AsyncIterator<Uint8Array> {
	return {
		next: async () => {
			const value = seen.shift();
			return value === undefined
				? await iterator.next()
				: { done: false, value };
		},
		return: async () =>
			(await iterator.return?.()) ?? { done: true, value: undefined },
	};
}
