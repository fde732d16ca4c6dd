/** Signed image URLs: whoever has one sees one picture for a while, in three formats, and nothing else. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { createManualClock } from "../testing/manual-clock.ts";
import {
	createScriptedProvider,
	scriptedModel,
} from "../testing/scripted-provider.ts";
import { openTestApp } from "../testing/test-app.ts";
import { createSignedImageUrl } from "./signed-images.ts";
import { createUrlSigner } from "./signing/signed-url.ts";
import { openSigningKey } from "./signing/signing-key.ts";

const MINUTE_MS = 60_000;

async function openHouse(t: TestContext) {
	const pem = generateKeyPairSync("rsa", { modulusLength: 2048 })
		.privateKey.export({ type: "pkcs8", format: "pem" })
		.toString();
	const clock = createManualClock(Date.now());
	const { app, team } = await openTestApp(t, {
		clock: clock.now,
		providers: [createScriptedProvider()],
		models: [scriptedModel()],
		environment: { GESSO_DEFAULT_MODEL: "scripted", GESSO_SIGNING_KEY: pem },
	});
	const { principal } = await team();
	const { generation } = await app.engine.generate(principal, {
		dialect: "platform",
		prompt: "a",
		count: 1,
		size: { width: 64, height: 64 },
	});
	const { images } = await app.engine.waitForEnd(principal, generation.id);
	const [image] = images;
	assert.ok(image);
	const signer = createUrlSigner(await openSigningKey(pem, ""), {
		lifetimeSeconds: 3_600,
		clock: clock.now,
	});
	const base = "http://gesso.test";
	const urlOf = createSignedImageUrl(`${base}/`, signer);
	return {
		app,
		clock,
		image,
		principal,
		/** As a path. */
		sign: (extension: "png" | "webp" | "jpg" | "jpeg") =>
			urlOf({} as never, image, extension).slice(base.length),
		get: (url: string, headers = {}, method: "GET" | "HEAD" = "GET") =>
			app.server.inject({ method, url, headers }),
	};
}

test("a signed URL shows the picture in the format of its extension, to anybody, for an hour", async (t) => {
	const { sign, get, clock } = await openHouse(t);
	assert.match(
		sign("png"),
		/^\/images\/jan_[0-9a-z]{26}\.png\?exp=\d+&sig=[\w-]{43}$/,
	);
	const formats = { png: "png", webp: "webp", jpg: "jpeg", jpeg: "jpeg" };
	for (const [extension, format] of Object.entries(formats)) {
		const answer = await get(sign(extension as "png"));
		assert.equal(answer.statusCode, 200, answer.body.slice(0, 200));
		assert.equal(answer.headers["content-type"], `image/${format}`);
		assert.equal(answer.headers["cache-control"], "private, max-age=3600");
		const facts = await sharp(answer.rawPayload).metadata();
		assert.deepEqual([facts.format, facts.width], [format, 64]);
	}
	const url = sign("png");
	clock.advance(60 * MINUTE_MS - 1_000);
	const late = await get(url);
	assert.equal(late.headers["cache-control"], "private, max-age=1");
	const etag = String(late.headers.etag);
	assert.equal((await get(url, { "if-none-match": etag })).statusCode, 304);
	assert.equal((await get(url, { range: "bytes=0-9" })).statusCode, 206);
	assert.equal((await get(url, {}, "HEAD")).statusCode, 200);
	clock.advance(1_000);
	const expired = await get(url, { "if-none-match": etag });
	assert.equal(expired.statusCode, 403);
	assert.equal(expired.json().code, "forbidden");
	assert.equal((await get(url, {}, "HEAD")).statusCode, 403);
});

test("without its own signature no picture is shown", async (t) => {
	const { sign, get, image } = await openHouse(t);
	const url = sign("png");
	const [path = "", query = ""] = url.split("?");
	const parameters = new URLSearchParams(query);
	const [exp, sig] = [parameters.get("exp"), parameters.get("sig")];
	for (const wrong of [
		path,
		`${path}?`,
		`${path}?exp=${exp}`,
		`${path}?sig=${sig}`,
		`${path}?exp=${Number(exp) + 1}&sig=${sig}`,
		`${path}?exp=${exp}&sig=${sig}&sig=${sig}`,
		`${path}?exp=${exp}&exp=${exp}&sig=${sig}`,
		`${path}?exp[]=${exp}&sig[]=${sig}`,
		`${path}?exp=${exp}&sig=${sig}%00`,
		`${path}?exp=${exp}&sig=`,
		`${path.replace(".png", ".webp")}?${query}`,
		`${path.replace(/.\.png/, "0.png").replace(/jan_./, "jan_z")}?${query}`,
	]) {
		const answer = await get(wrong);
		assert.equal(answer.statusCode, 403, `${wrong} ${answer.body}`);
	}
	// Another way to write the same path is the same path, or none.
	for (const other of [
		`${path.replace("/images/", "/images//")}?${query}`,
		`${path}/?${query}`,
		`${path.replace("jan_", "JAN_")}?${query}`,
		`${path.toUpperCase()}?${query}`,
		`${path.replace("jan_", "img_")}?${query}`,
		`${path}%00?${query}`,
		`${path.replace(".png", "%2f.png")}?${query}`,
		`${path.replace(".png", ".png.png")}?${query}`,
		`/images/${image.id}.png?${query}`,
	]) {
		const { statusCode } = await get(other);
		assert.ok([400, 403, 404].includes(statusCode), `${other} ${statusCode}`);
	}
});

test("a deleted picture is gone, and the public URL is another one", async (t) => {
	const { app, sign, get, image, principal } = await openHouse(t);
	const open = await get(`/images/${image.publicToken}.png`);
	assert.equal(open.statusCode, 200);
	assert.match(String(open.headers["cache-control"]), /^public/);
	const url = sign("png");
	await app.engine.deleteImage(principal, image.id);
	assert.equal((await get(url)).statusCode, 404);
});

test("a public image whose token begins like a signed name is shown all the same", async (t) => {
	const { app, get, image } = await openHouse(t);
	for (const token of [
		`jan_${"a".repeat(28)}`,
		`jan_${"a".repeat(26)}`,
		"jan_aaaaaaaaaaaaaaaa-_aaaaaaaaaa",
	]) {
		await app.database.queries
			.updateTable("images")
			.set({ public_token: token })
			.where("id", "=", image.id)
			.execute();
		const { statusCode } = await get(`/images/${token}.png`);
		// The second has a length that no token has.
		assert.equal(statusCode, token.length === 30 ? 403 : 200, token);
	}
});
