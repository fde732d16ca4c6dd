/** Forms that only an enemy or a broken connection would send. */
import assert from "node:assert/strict";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { test } from "node:test";
import multipart from "@fastify/multipart";
import fastify from "fastify";
import {
	BOUNDARY,
	form,
	MULTIPART,
	multipartOf,
	openText2Image,
	PATH,
	PROMPT,
	part,
	refused,
	sendMultipart,
	succeeded,
} from "./envelope-contract.ts";
import { readMultipart } from "./read-form.ts";

test("an uploaded file is refused by its field's name, whatever its size", async (t) => {
	const house = await openText2Image(t);
	for (const bytes of ["", "small", "x".repeat(400_000)]) {
		const file = part("image", bytes, '; filename="a.png"');
		for (const payload of [
			form(file, part("prompt", PROMPT)),
			form(part("prompt", PROMPT), file, file),
		]) {
			const { error } = refused(
				await sendMultipart(house, payload),
				400,
				"INVALID_PARAMETER",
			);
			assert.equal(error.details.field, "image");
			assert.match(error.message, /Datei/);
		}
	}
	assert.equal(await house.balance(), 100);
});

test("too many fields, too large a field and too large a form are 413", async (t) => {
	const house = await openText2Image(t);
	const prompt = part("prompt", PROMPT);
	const many = Array.from({ length: 50 }, (_, index) => part(`f${index}`, "x"));
	const payloads = [
		form(prompt, ...many),
		form(prompt, part("size", "x".repeat(300_000))),
		form(part("prompt", "x".repeat(300_000))),
		form(
			prompt,
			...["a", "b", "c", "d", "e"].map((name) =>
				part(name, "x".repeat(250_000)),
			),
		),
		`${"preamble ".repeat(150_000)}\r\n${form(prompt)}`,
		`${form(prompt)}${"epilogue ".repeat(150_000)}`,
		`--${BOUNDARY}\r\nX-Long: ${"h".repeat(1_200_000)}\r\n\r\nvalue\r\n${form(prompt)}`,
	];
	for (const payload of payloads)
		refused(await sendMultipart(house, payload), 413, "PAYLOAD_TOO_LARGE");
	const headers = { "content-type": "application/x-www-form-urlencoded" };
	for (const payload of ["a&".repeat(50), `prompt=${"x".repeat(1_100_000)}`])
		refused(await house.send({ headers, payload }), 413, "PAYLOAD_TOO_LARGE");
});

test("a broken multipart body is PARSE_ERROR in the envelope, not a hang", async (t) => {
	const house = await openText2Image(t);
	const whole = multipartOf({ prompt: PROMPT, size: "64x64" });
	for (const cut of [
		1,
		20,
		60,
		100,
		whole.length - BOUNDARY.length - 8,
		whole.length - 5,
	])
		refused(
			await sendMultipart(house, whole.slice(0, cut)),
			400,
			"PARSE_ERROR",
		);
	const file = form(part("image", "bytes", '; filename="a.png"'));
	refused(
		await sendMultipart(house, file.slice(0, 80)),
		400,
		"INVALID_PARAMETER",
	);
	refused(
		await sendMultipart(house, "no multipart at all"),
		400,
		"PARSE_ERROR",
	);
	refused(
		await sendMultipart(house, whole, "multipart/form-data"),
		400,
		"PARSE_ERROR",
	);
	refused(
		await sendMultipart(house, whole, "multipart/form-data; boundary=other"),
		400,
		"PARSE_ERROR",
	);
	const badJson = part("seeds", "[1,").replace(
		"\r\n\r\n",
		"\r\nContent-Type: application/json\r\n\r\n",
	);
	refused(await sendMultipart(house, form(badJson)), 400, "PARSE_ERROR");
	for (const name of ["__proto__", "constructor", "x".repeat(200)])
		refused(
			await sendMultipart(house, form(part(name, "x"))),
			400,
			"PARSE_ERROR",
		);
	const nameless = `--${BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nvalue\r\n${form(part("prompt", PROMPT))}`;
	refused(await sendMultipart(house, nameless), 400, "PARSE_ERROR");
	succeeded(await sendMultipart(house, whole));
});

test("a caller who hangs up in the middle of a form harms nobody", async (t) => {
	const house = await openText2Image(t);
	const { server } = house.app;
	await server.listen({ host: "127.0.0.1", port: 0 });
	const { port } = server.server.address() as AddressInfo;
	const whole = multipartOf({ prompt: PROMPT, size: "64x64" });
	const head = `POST ${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: ${house.customer.headers.authorization}\r\nContent-Type: ${MULTIPART}\r\nContent-Length: ${whole.length}\r\n\r\n`;
	const socket = net.connect(port, "127.0.0.1");
	socket.on("error", () => {});
	const received = once(server.server, "request");
	socket.write(head + whole.slice(0, 150));
	await received;
	socket.destroy();
	await once(socket, "close");
	succeeded(await sendMultipart(house, whole));
	assert.equal(house.provider.calls.length, 1);
});

test("a form that does not arrive in time is refused, and the connection still reads the answer", async (t) => {
	const server = fastify();
	t.after(() => server.close());
	await server.register(multipart);
	server.post(
		"/",
		async (request) =>
			await readMultipart(request, {
				maxBodyBytes: 1_000,
				arrivalTimeoutMs: 50,
			}),
	);
	server.setErrorHandler(async (error, _request, reply) =>
		reply.status(400).send({ said: String((error as Error).message) }),
	);
	await server.listen({ host: "127.0.0.1", port: 0 });
	const { port } = server.server.address() as AddressInfo;
	const socket = net.connect(port, "127.0.0.1");
	socket.write(
		`POST / HTTP/1.1\r\nHost: x\r\nContent-Type: ${MULTIPART}\r\nContent-Length: 500\r\n\r\n--${BOUNDARY}\r\n`,
	);
	const [answer] = await once(socket, "data");
	socket.destroy();
	assert.match(String(answer), /^HTTP\/1\.1 400 .*cannot be read/s);
});
