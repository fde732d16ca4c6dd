/** Puts together the providers that the environment and the configuration file describe, and sees that each is one we know. */

import type {
	ProviderInstance,
	ProviderKind,
} from "../providers/provider-kind.ts";
import type { ConfigFile, ProviderEntries } from "./config-file.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const NAME = /^[a-z0-9-]{1,40}$/;

/**
 * @param faults collects a sentence for everything that is wrong.
 * @returns those of the environment alone, then those of the file as they stand there.
 */
export function configuredProviders(
	kinds: readonly ProviderKind[],
	environment: Environment,
	file: ConfigFile,
	faults: string[],
): readonly ProviderInstance[] {
	const known = new Set([
		...kinds.map(({ kind }) => kind),
		...kinds.flatMap((kind) =>
			kind.configure({ environment, entries: {} }, []).map(({ name }) => name),
		),
	]);
	const entries = entriesOf(file, known);
	const kindNames = kinds.map(({ kind }) => kind).join(", ");
	for (const [name, { kind }] of Object.entries(entries)) {
		const place = `providers.${name} in the configuration`;
		if (!NAME.test(name))
			faults.push(
				`${place}: a name has 1 to 40 small letters, digits and hyphens.`,
			);
		if (kind === undefined ? !known.has(name) : !isKindOf(kinds, kind))
			faults.push(
				kind === undefined
					? `${place} has no kind; allowed are ${kindNames}.`
					: `${place} is of a kind that nobody knows; allowed are ${kindNames}.`,
			);
	}
	const instances = kinds.flatMap((kind) =>
		kind.configure({ environment, entries }, faults),
	);
	for (const [at, { name }] of instances.entries())
		if (instances.findIndex((each) => each.name === name) < at)
			faults.push(`Two providers are called ${name}; give one another name.`);
	// Who has a model is asked in this order.
	const order = Object.keys(entries);
	return instances.toSorted(
		(one, other) => order.indexOf(one.name) - order.indexOf(other.name),
	);
}

/**
 * What `providers` says of a provider goes before what `llm_providers` says of it. The other program's format has no
 * kinds: an entry of it that nobody knows is passed over, and whoever asks for it is told that it is not configured.
 */
function entriesOf(
	{ providers, llm }: ConfigFile,
	known: ReadonlySet<string>,
): ProviderEntries {
	const others = Object.entries(llm.providers).filter(
		([name]) => known.has(name) || Object.hasOwn(providers, name),
	);
	const names = new Set([
		...others.map(([name]) => name),
		...Object.keys(providers),
	]);
	return Object.fromEntries(
		[...names].map((name) => [
			name,
			{ ...llm.providers[name], ...providers[name] },
		]),
	);
}

function isKindOf(kinds: readonly ProviderKind[], asked: unknown): boolean {
	return kinds.some(({ kind }) => kind === asked);
}
