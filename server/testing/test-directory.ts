/** A directory of its own for a test that needs no database beside it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";

/** @returns its path; it is removed after the test. */
export function makeTestDirectory(test: Pick<TestContext, "after">): string {
	const directory = mkdtempSync(path.join(tmpdir(), "gesso-test-"));
	test.after(() =>
		rmSync(directory, { recursive: true, force: true, maxRetries: 3 }),
	);
	return directory;
}
