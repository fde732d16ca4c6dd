/** Reads server-sent events as they arrive. */

export interface ServerEvent {
	readonly name: string;
	readonly data: string;
}

/** Comments, which are signs of life, are passed over. What arrived of an event when the stream ends is no event. */
export async function* readEvents(
	body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerEvent, void> {
	let name = "message";
	let data: string[] = [];
	for await (const line of linesOf(body)) {
		if (line === "") {
			if (data.length > 0) yield { name, data: data.join("\n") };
			name = "message";
			data = [];
		} else if (line.startsWith("event:")) name = fieldOf(line);
		else if (line.startsWith("data:")) data.push(fieldOf(line));
	}
}

function fieldOf(line: string): string {
	return line.slice(line.indexOf(":") + 1).replace(/^ /, "");
}

async function* linesOf(
	body: ReadableStream<Uint8Array>,
): AsyncGenerator<string, void> {
	const decoder = new TextDecoder();
	const reader = body.getReader();
	let rest = "";
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			const lines = (rest + decoder.decode(value, { stream: true })).split(
				/\r?\n/,
			);
			rest = lines.pop() ?? "";
			yield* lines;
		}
	} finally {
		// Whoever stops listening lets go of the connection.
		await reader.cancel().catch(() => {});
	}
}
