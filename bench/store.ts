/** How much keeping an original costs over a bare write and a sha256. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createDiskStorage } from "../server/storage/disk/disk-storage.ts";
import { createStaging } from "../server/storage/staging.ts";
import { type Measurement, median, ratio, timed } from "./measurement.ts";

const ROUNDS = 40;
const PICTURE_BYTES = 1_551_624;
const CHUNK_BYTES = 65_536;

export async function measureStore(): Promise<Measurement[]> {
	const directory = mkdtempSync(path.join(tmpdir(), "gesso-bench-"));
	const staging = await createStaging(path.join(directory, "staging"));
	const storage = createDiskStorage(path.join(directory, "storage"));
	const bare: number[] = [];
	const synced: number[] = [];
	const kept: number[] = [];
	try {
		for (let round = 0; round < ROUNDS; round++) {
			const picture = randomBytes(PICTURE_BYTES);
			bare.push(await timed(() => bareWrite(directory, picture, false)));
			synced.push(await timed(() => bareWrite(directory, picture, true)));
			kept.push(
				await timed(async () => {
					const file = await staging.stage(chunksOf(picture));
					await storage.put(`generated/team/${file.sha256}.png`, file);
				}),
			);
		}
	} finally {
		await staging.close();
		rmSync(directory, { recursive: true, force: true });
	}
	const details = (mark: readonly number[]) =>
		`${median(kept).toFixed(1)} ms against ${median(mark).toFixed(1)} ms, median of ${ROUNDS}`;
	return [
		{
			what: "keeping a 1.55 MB original, against a bare write and sha256",
			value: ratio(median(kept), median(bare)),
			details: details(bare),
		},
		{
			what: "the same, against a bare write, sha256 and fsync",
			value: ratio(median(kept), median(synced)),
			details: details(synced),
		},
	];
}

async function bareWrite(
	directory: string,
	picture: Buffer,
	isSynced: boolean,
): Promise<void> {
	const digest = createHash("sha256").update(picture).digest("hex");
	const handle = await open(path.join(directory, digest), "w");
	try {
		await handle.writeFile(picture);
		if (isSynced) await handle.sync();
	} finally {
		await handle.close();
	}
}

async function* chunksOf(picture: Buffer): AsyncGenerator<Uint8Array> {
	for (let start = 0; start < picture.length; start += CHUNK_BYTES)
		yield picture.subarray(start, start + CHUNK_BYTES);
}
