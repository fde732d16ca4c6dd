/** For tests: servers of this kind as a configuration has them, and what they answer. */
import assert from "node:assert/strict";
import type { ProviderInstance } from "../provider-kind.ts";
import { openai } from "./kind.ts";

/** @throws when the configuration is at fault. */
export function configured(
	environment: Readonly<Record<string, string>>,
	entries: Readonly<Record<string, unknown>> = {},
): ReadonlyMap<string, ProviderInstance> {
	const faults: string[] = [];
	const instances = openai.configure({ environment, entries }, faults);
	assert.deepEqual(faults, []);
	return new Map(instances.map((instance) => [instance.name, instance]));
}

/** The provider "server" of a configuration file. */
export function serverAt(
	url: string,
	options: Readonly<Record<string, unknown>> = {},
): ProviderInstance {
	const entry = { kind: "openai", url, ...options };
	const instance = configured({}, { server: entry }).get("server");
	assert.ok(instance !== undefined);
	return instance;
}

/** Server-sent events as OpenAI writes them. */
export function eventStream(...events: readonly object[]): {
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
} {
	const lines = events.map((event) => {
		const type = (event as { type?: string }).type;
		const name = type === undefined ? "" : `event: ${type}\n`;
		return `${name}data: ${JSON.stringify(event)}\n\n`;
	});
	return {
		headers: { "content-type": "text/event-stream; charset=utf-8" },
		body: lines.join(""),
	};
}
