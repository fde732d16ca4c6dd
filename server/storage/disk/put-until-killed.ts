/** A process for the tests to kill: puts one file after the other and prints each key that was acknowledged. */
import { writeSync } from "node:fs";
import { createStaging } from "../staging.ts";
import { createDiskStorage } from "./disk-storage.ts";

const [storageDirectory = "", stagingDirectory = "", round = ""] =
	process.argv.slice(2);
const storage = createDiskStorage(storageDirectory);
const staging = await createStaging(stagingDirectory);

async function* picture(index: number): AsyncGenerator<Uint8Array> {
	for (let part = 0; part < 8; part++)
		yield Buffer.alloc(1_024 * 1_024, index % 256);
}

for (let index = 0; ; index++) {
	const key = `pictures/${round}/${index}`;
	await storage.put(key, await staging.stage(picture(index)));
	writeSync(1, `${key}\n`);
}
