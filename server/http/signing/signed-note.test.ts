/** Signed notes: what a caller gives back is ours, letter by letter, or nothing. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { createSignedNotes } from "./signed-note.ts";
import { openSigningKey } from "./signing-key.ts";

async function notes() {
	const pem = generateKeyPairSync("rsa", { modulusLength: 2048 })
		.privateKey.export({ type: "pkcs8", format: "pem" })
		.toString();
	return createSignedNotes(await openSigningKey(pem, ""));
}

test("a note comes back as it was given", async () => {
	const ours = await notes();
	for (const note of ["a", "夕焼け", "x".repeat(10_000)])
		assert.equal(ours.read(ours.sign(note)), note);
});

test("a note that was changed, cut, made longer, or signed elsewhere is none", async () => {
	const ours = await notes();
	const signed = ours.sign("team 1");
	for (let index = 0; index < signed.length; index++) {
		const changed = Buffer.from(signed);
		changed[index] = (changed[index] ?? 0) ^ 1;
		assert.equal(ours.read(changed), null);
		assert.equal(ours.read(signed.subarray(0, index)), null);
	}
	assert.equal(ours.read(Buffer.concat([signed, Buffer.from("0")])), null);
	assert.equal((await notes()).read(signed), null);
});
