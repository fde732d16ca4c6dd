/** Which files of tests touch a database, told by their imports: a second run of the others, on another database, would tell nothing. */
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";

/** No test comes to a database but through this one. */
const WAY_TO_A_DATABASE = "server/testing/test-place.ts";

/** These rooms may not know of any database (`architecture.test.ts`); where their tests open a house, it is somebody else's. */
const WITHOUT_DATABASE =
	/^server\/(providers|net|pixels|storage|configuration)\//;

/** @returns paths from the repository's root, which is the working directory. */
export function filesWithDatabase(): string[] {
	return globSync("server/**/*.test.ts")
		.map((found) => found.split(path.sep).join("/"))
		.filter(
			(name) =>
				!WITHOUT_DATABASE.test(name) &&
				everythingImportedBy(name).has(WAY_TO_A_DATABASE),
		);
}

/** Of our own files, the one itself included. */
function everythingImportedBy(file: string): ReadonlySet<string> {
	const found = new Set([file]);
	// A set that grows while it is read is read to its end.
	for (const each of found) for (const next of importsOf(each)) found.add(next);
	return found;
}

const known = new Map<string, readonly string[]>();

function importsOf(file: string): readonly string[] {
	const before = known.get(file);
	if (before !== undefined) return before;
	const text = existsSync(file) ? readFileSync(file, "utf8") : "";
	const imports = [
		...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+\.ts)"/g),
	].map(([, specifier = ""]) =>
		path.posix.join(path.posix.dirname(file), specifier),
	);
	known.set(file, imports);
	return imports;
}
