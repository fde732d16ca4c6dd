/** The thought signature of a picture: by it, a later turn finds the picture in the library, whatever a client made of the bytes. */
import { z } from "zod";
import type { Image, Principal } from "../../engine/generations/request.ts";
import type { DialectContext } from "../dialect.ts";

/** Tells ours from those of Google's own servers, which clients may bring along. */
const MAGIC = Buffer.from("gesso1:");
/** Ours are a fraction of it. */
const MOST_CHARACTERS = 2_000;

const note = z.object({
	team: z.string(),
	generation: z.string(),
	image: z.string(),
});

type Notary = Pick<DialectContext, "signedNotes">;

/** @returns standard base64: Python's SDK reads nothing else. */
export function signatureOf(
	{ signedNotes }: Notary,
	{ teamId, generationId, id }: Image,
): string {
	const signed = signedNotes.sign(
		JSON.stringify({ team: teamId, generation: generationId, image: id }),
	);
	return Buffer.concat([MAGIC, signed]).toString("base64");
}

/** @returns the image's id; `undefined` for a signature that is not ours, is damaged, or is another team's. */
export function imageIdIn(
	{ signedNotes }: Notary,
	{ teamId }: Principal,
	signature: string | undefined,
): string | undefined {
	if (signature === undefined || signature.length > MOST_CHARACTERS)
		return undefined;
	const bytes = Buffer.from(signature, "base64");
	if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
	const text = signedNotes.read(bytes.subarray(MAGIC.length));
	if (text === null) return undefined;
	const { team, image } = note.parse(JSON.parse(text));
	return team === teamId ? image : undefined;
}
