/** Signs short notes that a caller keeps for us and gives back: what comes back unchanged is known to be ours. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { SigningKey } from "./signing-key.ts";

export interface SignedNotes {
	/** The same in every process that has the same signing key. It can be read by whoever has it. */
	sign(note: string): Buffer;
	/** @returns `null` for what was not signed here, or was changed since. */
	read(signed: Buffer): string | null;
}

const MAC_BYTES = 32;

export function createSignedNotes(signingKey: SigningKey): SignedNotes {
	const secret = signingKey.derive("signed notes");
	const macOf = (note: Buffer) =>
		createHmac("sha256", secret).update(note).digest();
	return {
		sign: (note) => {
			const bytes = Buffer.from(note);
			return Buffer.concat([macOf(bytes), bytes]);
		},
		read: (signed) => {
			if (signed.length <= MAC_BYTES) return null;
			const note = signed.subarray(MAC_BYTES);
			return timingSafeEqual(signed.subarray(0, MAC_BYTES), macOf(note))
				? note.toString()
				: null;
		},
	};
}
