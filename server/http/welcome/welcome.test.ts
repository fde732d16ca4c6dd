/** The welcome page in a real browser, as a person meets it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openBrowser } from "../../testing/browser.ts";
import { openTestApp } from "../../testing/test-app.ts";

const PHONE = { width: 360, height: 740 };

test("a person with nothing but a keyboard gets a picture, and still has the apiKey after a reload", async (t) => {
	const browser = await openBrowser(t);
	if (browser === null) return;
	const { app, team } = await openTestApp(t);
	const { apiKey } = await team();
	const url = await app.server.listen({ host: "127.0.0.1", port: 0 });
	const page = await browser.newPage();
	const faults: string[] = [];
	page.on("pageerror", (fault) => faults.push(String(fault)));
	page.on("requestfailed", (request) => faults.push(request.url()));

	await page.goto(`${url}/#apiKey=${apiKey}`);
	assert.equal(new URL(page.url()).hash, "", "the apiKey leaves the address");
	await page.focus("#prompt");
	await page.keyboard.press("Control+A");
	await page.keyboard.type("a red rug in a bright room");
	// Shape, seed, apiKey, and then the button.
	for (let field = 0; field < 4; field++) await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	const image = page.locator("#image");
	await image.waitFor();
	// Asked again and again from outside: the page's policy lets nothing be evaluated inside.
	while ((await page.evaluate("document.images[0].naturalWidth")) !== 1024)
		await sleep(20);
	assert.equal(await image.getAttribute("alt"), "a red rug in a bright room");
	assert.match(
		(await page.textContent("#caption")) ?? "",
		/seed \d+ · 1024 × 576 · painter · 1 credit ·/,
	);

	await page.reload();
	assert.equal(await page.inputValue("#api-key"), apiKey);
	assert.deepEqual(faults, []);
});

test("what goes wrong is said on the page", async (t) => {
	const browser = await openBrowser(t);
	if (browser === null) return;
	const { app } = await openTestApp(t);
	const url = await app.server.listen({ host: "127.0.0.1", port: 0 });
	const page = await browser.newPage();
	await page.goto(url);
	await page.fill("#api-key", "sk-img-wrong");
	await page.click("#draw");
	await page.waitForSelector("#message.fault");
	assert.match(
		(await page.textContent("#message")) ?? "",
		/apiKey is not valid/,
	);
	assert.equal(await page.isEnabled("#draw"), true);
});

test("the page fits a phone, follows the dark, and the documentation needs nothing from outside", async (t) => {
	const browser = await openBrowser(t);
	if (browser === null) return;
	const { app } = await openTestApp(t);
	const url = await app.server.listen({ host: "127.0.0.1", port: 0 });
	const page = await browser.newPage({ viewport: PHONE, colorScheme: "dark" });
	const outside: string[] = [];
	await page.route(/.*/, async (route) => {
		const { origin } = new URL(route.request().url());
		if (origin !== url && !route.request().url().startsWith("data:"))
			outside.push(route.request().url());
		await route.continue();
	});
	await page.goto(url);
	const [scrollWidth, background] = (await page.evaluate(
		"[document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]",
	)) as [number, string];
	assert.ok(scrollWidth <= PHONE.width, `${scrollWidth} pixels wide`);
	const brightness = (background.match(/\d+/g) ?? []).map(Number);
	assert.ok(Math.max(...brightness) < 80, `${background} is not dark`);

	await page.goto(`${url}/docs/`);
	await page.getByRole("heading", { name: "Gesso" }).first().waitFor();
	await page.waitForLoadState("networkidle");
	assert.deepEqual(outside, []);
});
