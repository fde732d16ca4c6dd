/** Google's own client for Node keeps files here: up in pieces of 8 MiB, and down as they were. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, type TestContext, test } from "node:test";
import { failure, openJudged, plainPicture } from "./judged-contract.ts";

const { sdks, received, place } = await openJudged({ after } as Pick<
	TestContext,
	"after"
>);
const here = (name: string) => path.join(place.dataDirectory, name);

for (const sdk of sdks) {
	const { version, client } = sdk;

	test(`(${version}): 30 MB go up in pieces, and come down as they were`, async () => {
		const bytes = randomBytes(30_000_000);
		const before = received.length;
		const file = await client.files.upload({
			file: new Blob([bytes], { type: "application/octet-stream" }),
			config: { displayName: "Large" },
		});
		const pieces = received
			.slice(before)
			.filter((line) => line.includes("upload_id="));
		assert.equal(pieces.length, 4);
		assert.equal(file.displayName, "Large");
		assert.equal(file.sizeBytes, "30000000");
		assert.equal(file.state, "ACTIVE");
		const downloadPath = here(`large-${version}`);
		await client.files.download({ file: file.name ?? "", downloadPath });
		assert.ok(readFileSync(downloadPath).equals(bytes));
	});

	test(`(${version}): a file of the disk is found, listed, and deleted`, async () => {
		const picture = here(`red-${version}.png`);
		const bytes = await plainPicture({ r: 200, g: 0, b: 0 });
		writeFileSync(picture, bytes);
		const file = await client.files.upload({ file: picture });
		assert.equal(file.mimeType, "image/png");
		assert.equal(file.sizeBytes, String(bytes.length));
		const name = file.name ?? "";
		assert.deepEqual(await client.files.get({ name }), file);
		const another = await client.files.upload({ file: picture });
		const names: unknown[] = [];
		const pager = await client.files.list({ config: { pageSize: 1 } });
		for await (const each of pager) names.push(each.name);
		assert.deepEqual(names.slice(0, 2), [another.name, name]);
		await client.files.delete({ name });
		const { status, error } = await failure(sdk, () =>
			client.files.get({ name }),
		);
		assert.equal(status, 403);
		assert.equal(error.status, "PERMISSION_DENIED");
	});

	test(`(${version}): a file may be given its name, and the type of lines`, async () => {
		const name = `lines-${version.replace(".", "-")}`;
		const file = await client.files.upload({
			file: new Blob(["{}\n"]),
			config: { name, mimeType: "jsonl" },
		});
		assert.equal(file.name, `files/${name}`);
		assert.equal(file.mimeType, "application/jsonl");
	});
}
