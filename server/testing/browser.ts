/** A real browser for tests of pages: Debian's Chromium, if this machine has it. */
import { existsSync } from "node:fs";
import type { TestContext } from "node:test";
import { type Browser, chromium } from "playwright-core";

const CANDIDATES = [
	process.env.CHROMIUM_PATH ?? "",
	"/usr/bin/chromium",
	"/usr/bin/chromium-browser",
	"/usr/bin/google-chrome",
];

/**
 * @returns a browser that ends with the test; `null`, having marked the test as skipped, where there is none. Where nobody
 * would notice that (CI), it fails instead.
 */
export async function openBrowser(
	test: Pick<TestContext, "after" | "skip">,
): Promise<Browser | null> {
	const executablePath = CANDIDATES.find(
		(candidate) => candidate !== "" && existsSync(candidate),
	);
	if (executablePath === undefined) {
		const message =
			"There is no Chromium on this machine. On Debian: apt-get install chromium; elsewhere set CHROMIUM_PATH.";
		if (process.env.CI !== undefined) throw new Error(message);
		test.skip(message);
		return null;
	}
	const browser = await chromium.launch({
		executablePath,
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
		],
	});
	test.after(() => browser.close());
	return browser;
}
