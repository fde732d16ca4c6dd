/** A socket tells what the vendor says, and lets go when it must. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openVendorStub } from "../testing/vendor-stub.ts";
import { waitUntil } from "../testing/wait-until.ts";
import { openWebsocketStub } from "../testing/websocket-stub.ts";
import { MAX_MESSAGE_BYTES, openVendorSocket } from "./vendor-socket.ts";

async function openStage(t: TestContext) {
	const vendor = await openVendorStub(t);
	const stub = openWebsocketStub(t, vendor.server);
	const heard: (string | number)[] = [];
	const leaving = new AbortController();
	t.after(() => leaving.abort());
	const open = () =>
		openVendorSocket(
			`${vendor.url}/ws?clientId=x`,
			{
				onText: (text) => heard.push(text),
				onBytes: ({ length }) => heard.push(length),
				onClose: () => heard.push("closed"),
			},
			leaving.signal,
		);
	return { vendor, stub, heard, leaving, open };
}

test("messages come in their order, short and long, text and bytes", async (t) => {
	const { stub, heard, open } = await openStage(t);
	await open();
	const [client] = stub.clients;
	assert.equal(client?.path, "/ws?clientId=x");
	client?.sendText("ภาพถ่าย 🦊");
	client?.sendBytes(Buffer.alloc(300));
	client?.sendText("x".repeat(70_000));
	await waitUntil(() => heard.length === 3);
	assert.deepEqual(heard, ["ภาพถ่าย 🦊", 300, "x".repeat(70_000)]);
});

test("a connection that breaks is told once", async (t) => {
	const { stub, heard, open } = await openStage(t);
	const socket = await open();
	for (const client of stub.clients) client.destroy();
	await waitUntil(() => heard.length > 0);
	socket.close();
	socket.close();
	assert.deepEqual(heard, ["closed"]);
});

test("a message that is too large breaks the connection instead of filling the memory", async (t) => {
	const { stub, heard, open } = await openStage(t);
	await open();
	for (const client of stub.clients)
		client.sendBytes(Buffer.alloc(MAX_MESSAGE_BYTES + 1));
	await waitUntil(() => heard.length > 0);
	assert.deepEqual(heard, ["closed"]);
});

for (const isRude of [false, true])
	test(`a caller who leaves is let go, by a vendor that ${isRude ? "does not say" : "says"} goodbye`, async (t) => {
		const { stub, heard, leaving, open } = await openStage(t);
		await open();
		stub.isRude = isRude;
		leaving.abort();
		await waitUntil(() => stub.clients.size === 0 && heard.length > 0);
		assert.deepEqual(heard, ["closed"]);
	});

test("a socket that does not open is an error, and nothing is told", async (t) => {
	const { stub, heard, open } = await openStage(t);
	stub.isRefusing = true;
	await assert.rejects(open(), /did not open/);
	assert.deepEqual(heard, []);
});

test("who left before it opened gets the reason", async (t) => {
	const { vendor, leaving, open } = await openStage(t);
	vendor.server.removeAllListeners("upgrade");
	vendor.server.on("upgrade", () =>
		leaving.abort(new Error("the caller left")),
	);
	await assert.rejects(open(), /the caller left/);
});
