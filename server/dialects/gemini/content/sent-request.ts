/** Brings a request that is written as for Google's SDKs into the shape in which they send it: plain texts, single parts, a config. */

type Fields = Readonly<Record<string, unknown>>;

/** @param body JSON, as it came. What is in that shape already stays as it is. */
export function sentRequest(body: unknown): unknown {
	if (!isFields(body)) return body;
	const { config, ...rest } = body;
	const contents =
		"contents" in body ? { contents: sentContents(body.contents) } : {};
	if (!isFields(config)) return { ...body, ...contents };
	const { generationConfig, generation_config, ...others } = rest;
	const own = generationConfig ?? generation_config;
	const read = fromConfig(config);
	return {
		...read.request,
		...others,
		...contents,
		// What stands in its own place counts.
		generationConfig: isFields(own)
			? { ...read.generationConfig, ...own }
			: (own ?? read.generationConfig),
	};
}

/** A text, a part, or a list of them; those one after the other become one turn. */
function sentContents(contents: unknown): unknown {
	return Array.isArray(contents)
		? contents.map(sentContent)
		: sentContent(contents);
}

const PART = /^(text|inline_?data|file_?data)$/i;

function sentContent(content: unknown): unknown {
	if (typeof content === "string") return { parts: [{ text: content }] };
	const isPart =
		isFields(content) &&
		!("parts" in content) &&
		Object.keys(content).some((name) => PART.test(name));
	return isPart ? { parts: [content] } : content;
}

/** What is no field of the request itself is one of its generationConfig. */
function fromConfig(config: Fields): {
	readonly request: Fields;
	readonly generationConfig: Fields;
} {
	const request: Record<string, unknown> = {};
	const generationConfig: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(config)) {
		if (/^system_?instruction$/i.test(name))
			request.systemInstruction = sentContent(value);
		else if (/^(safety_?settings|tools|tool_?config|labels)$/i.test(name))
			request[name] = value;
		else generationConfig[name] = value;
	}
	return { request, generationConfig };
}

function isFields(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
