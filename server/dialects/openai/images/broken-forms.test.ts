/** Forms with files that only an enemy or a broken connection would send: clear errors, and nothing left behind. */
import assert from "node:assert/strict";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { test } from "node:test";
import { plainPng } from "../../../testing/scripted-provider.ts";
import {
	BOUNDARY,
	filePart,
	form,
	type ImagesHouse,
	MULTIPART,
	openImages,
	part,
	refused,
	succeeded,
} from "./images-contract.ts";

const PATH = "/v1/images/edits";
const red = await plainPng({ width: 64, height: 64 }, "red");
const noise = Buffer.alloc(300_000, "x");
const prompt = part("prompt", "wear a hat");
const image = filePart("image", red);
const whole = form(image, part("size", "64x64"), prompt);

async function assertUntouched(house: ImagesHouse): Promise<void> {
	await house.assertNothingStaged();
	assert.equal(house.provider.calls.length, 0);
	assert.equal(await house.balance(), 100);
}

test("a form that breaks off anywhere is refused, and leaves nothing behind", async (t) => {
	const house = await openImages(t);
	const large = form(prompt, image, filePart("image", noise));
	const cuts = [1, 20, 60, 100, 180, 250, 400, 50_000, 200_000];
	for (const cut of [...cuts, large.length - 20, large.length - 6]) {
		const response = await house.post(PATH, large.subarray(0, cut), MULTIPART);
		refused(response, 400, null);
	}
	await assertUntouched(house);
});

test("what is no form at all is refused", async (t) => {
	const house = await openImages(t);
	for (const [payload, type] of [
		["no multipart at all", MULTIPART["content-type"]],
		[whole, "multipart/form-data"],
		[whole, "multipart/form-data; boundary=other"],
	] as const)
		refused(
			await house.post(PATH, payload, { "content-type": type }),
			400,
			null,
		);
	await assertUntouched(house);
});

test("names that are no names are refused", async (t) => {
	const house = await openImages(t);
	for (const name of ["__proto__", "constructor", "x".repeat(200)])
		for (const each of [part(name, "x"), filePart(name, red)]) {
			const response = await house.post(PATH, form(image, each), MULTIPART);
			assert.equal(response.statusCode, 400, response.body);
		}
	const nameless = Buffer.concat([
		Buffer.from(
			`--${BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nvalue\r\n`,
		),
		whole,
	]);
	refused(await house.post(PATH, nameless, MULTIPART), 400, null);
	await assertUntouched(house);
});

test("a file where none belongs is refused by its field's name; so is a field that comes twice", async (t) => {
	const house = await openImages(t);
	for (const name of ["prompt", "file", "markup", "image[x]", "image[0][1]"])
		refused(
			await house.post(PATH, form(image, filePart(name, noise)), MULTIPART),
			400,
			name,
		);
	refused(
		await house.post(PATH, form(image, prompt, prompt), MULTIPART),
		400,
		"prompt",
	);
	await assertUntouched(house);
});

test("a file that is no picture is refused by its field's name, whatever it says it is", async (t) => {
	const house = await openImages(t);
	for (const bytes of [
		Buffer.alloc(0),
		noise,
		red.subarray(0, 60),
		Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"),
	])
		for (const size of [part("size", "64x64"), part("size", "auto")])
			refused(
				await house.post(
					PATH,
					form(prompt, size, filePart("image[]", bytes, "image/png")),
					MULTIPART,
				),
				400,
				"image[]",
			);
	await assertUntouched(house);
});

test("too many fields, too many files, too large a field and too large a file are 413", async (t) => {
	const house = await openImages(t, {
		environment: { GESSO_MAX_REFERENCE_BYTES: "100000" },
	});
	const fields = Array.from({ length: 70 }, (_, at) => part(`f${at}`, "x"));
	const files = Array.from({ length: 18 }, () => filePart("image[]", red));
	for (const [payload, param] of [
		[form(prompt, image, ...fields), null],
		[form(prompt, ...files), null],
		[form(image, part("prompt", "x".repeat(300_000))), null],
		[form(prompt, filePart("image", noise)), "image"],
		[form(image, prompt, filePart("mask", noise)), "mask"],
	] as const)
		refused(await house.post(PATH, payload, MULTIPART), 413, param);
	await assertUntouched(house);
});

test("a form longer than all its parts may be together is 413, before the end of it came", async (t) => {
	const house = await openImages(t, {
		environment: { GESSO_MAX_REFERENCE_BYTES: "1024" },
	});
	const preamble = Buffer.alloc(17_000_000, "preamble ");
	const response = await house.post(
		PATH,
		Buffer.concat([preamble, Buffer.from("\r\n"), whole]),
		MULTIPART,
	);
	refused(response, 413, null);
	await assertUntouched(house);
});

test("a caller who hangs up in the middle of a file leaves nothing behind", async (t) => {
	const house = await openImages(t);
	const { server } = house.app;
	await server.listen({ host: "127.0.0.1", port: 0 });
	const { port } = server.server.address() as AddressInfo;
	const payload = form(prompt, filePart("image", noise));
	const head = `POST ${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: ${house.customer.headers.authorization}\r\nContent-Type: ${MULTIPART["content-type"]}\r\nContent-Length: ${payload.length}\r\n\r\n`;
	const socket = net.connect(port, "127.0.0.1");
	socket.on("error", () => {});
	const received = once(server.server, "request");
	socket.write(
		Buffer.concat([Buffer.from(head), payload.subarray(0, 200_000)]),
	);
	await received;
	socket.destroy();
	await once(socket, "close");
	await assertUntouched(house);
	succeeded(await house.post(PATH, whole, MULTIPART));
});

test("nobody without a token has anything taken in", async (t) => {
	const house = await openImages(t);
	const response = await house.post(PATH, whole, {
		...MULTIPART,
		authorization: "Bearer nobody",
	});
	assert.equal(response.statusCode, 401);
	await assertUntouched(house);
});
