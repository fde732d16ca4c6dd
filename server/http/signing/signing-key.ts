/** The one secret from which the server's tokens and signed URLs come: an RSA key pair, from a setting or from a file made at first start. */
import {
	createPrivateKey,
	createPublicKey,
	generateKeyPair,
	hkdfSync,
	type KeyObject,
	randomUUID,
} from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { SettingsError } from "../../settings.ts";

const VARIABLE = "GESSO_SIGNING_KEY";
const FILE = "signing-key.pem";
const MODULUS_BITS = 2048;
const DERIVED_BYTES = 32;

export interface SigningKey {
	readonly privateKey: KeyObject;
	readonly publicKey: KeyObject;
	/** A secret of 32 bytes for one purpose, the same in every process that has this key; tells nothing of the others. */
	derive(purpose: string): Buffer;
}

/**
 * Takes the key of GESSO_SIGNING_KEY, or else the one in the data directory, making it when there is none. Any number of
 * processes may do this at once, and be killed at any moment: all that start have the same key.
 * @param configured PEM, perhaps with `\n` for its line breaks; empty for the file.
 * @throws {SettingsError} when the setting or the file is no RSA private key of at least 2048 bits, or no file can be made.
 */
export async function openSigningKey(
	configured: string,
	dataDirectory: string,
): Promise<SigningKey> {
	if (configured !== "") {
		return signingKeyOf(
			configured.replaceAll("\\n", "\n"),
			`${VARIABLE} is a value; allowed is an RSA private key of at least ${MODULUS_BITS} bits in PEM, its line breaks perhaps written as \\n.`,
		);
	}
	const file = path.join(dataDirectory, FILE);
	const pem = (await readIfThere(file)) ?? (await make(dataDirectory, file));
	await removeLeftOvers(dataDirectory);
	return signingKeyOf(
		pem,
		`${file} is no RSA private key of at least ${MODULUS_BITS} bits in PEM. Restore it from a backup; or remove it, and all guests are logged out and all signed URLs end.`,
	);
}

/** @param fault the sentence to throw when it is none. */
function signingKeyOf(pem: string, fault: string): SigningKey {
	const privateKey = privateKeyOf(pem);
	const { modulusLength = 0 } = privateKey?.asymmetricKeyDetails ?? {};
	if (privateKey?.asymmetricKeyType !== "rsa" || modulusLength < MODULUS_BITS)
		throw new SettingsError([fault]);
	// In this form it is the same bytes however the PEM was written.
	const secret = privateKey.export({ type: "pkcs8", format: "der" });
	return {
		privateKey,
		publicKey: createPublicKey(privateKey),
		derive: (purpose) =>
			Buffer.from(
				hkdfSync("sha256", secret, "", `gesso ${purpose}`, DERIVED_BYTES),
			),
	};
}

function privateKeyOf(pem: string): KeyObject | undefined {
	try {
		return createPrivateKey(pem);
	} catch {
		// What the parser says of it could show a piece of the secret.
		return undefined;
	}
}

async function readIfThere(file: string): Promise<string | null> {
	return await readFile(file, "utf8").catch((fault: NodeJS.ErrnoException) => {
		if (fault.code === "ENOENT") return null;
		throw new SettingsError([`${file} cannot be read: ${fault.message}`]);
	});
}

/** @returns the PEM that is in the file in the end, ours or that of another process that was faster. */
async function make(directory: string, file: string): Promise<string> {
	const { privateKey } = await promisify(generateKeyPair)("rsa", {
		modulusLength: MODULUS_BITS,
	});
	const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
	const temporary = `${file}.${randomUUID()}.new`;
	try {
		await mkdir(directory, { recursive: true });
		await writeDurably(temporary, pem);
		// Unlike a rename, this never takes the place of a file that is there.
		await link(temporary, file);
		await syncDirectory(directory);
		return pem;
	} catch (fault) {
		const theirs = await readIfThere(file);
		if (theirs !== null) return theirs;
		throw new SettingsError([
			`${file} cannot be made: ${fault instanceof Error ? fault.message : fault}. Give the server a key in ${VARIABLE} instead.`,
		]);
	} finally {
		await rm(temporary, { force: true });
	}
}

async function writeDurably(file: string, text: string): Promise<void> {
	const handle = await open(file, "wx", 0o600);
	try {
		await handle.writeFile(text);
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Without it, a power cut could take the key away after tokens were signed with it. */
async function syncDirectory(directory: string): Promise<void> {
	// Windows opens no directory for this, and its file systems journal names by themselves.
	if (process.platform === "win32") return;
	const handle = await open(directory, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Once there is a key, whatever a killed process left half made, or is about to offer, is of no use. */
async function removeLeftOvers(directory: string): Promise<void> {
	for (const name of await readdir(directory))
		if (name.startsWith(`${FILE}.`) && name.endsWith(".new"))
			await rm(path.join(directory, name), { force: true });
}
