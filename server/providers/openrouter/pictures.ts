/** Keeps a picture of an answer, whichever way it came: lifted out of the text already, or named by URL. */
import { Lifted } from "../../net/lifted-json.ts";
import type { CallContext, KeptFile } from "../provider.ts";
import type { Connection } from "./connection.ts";

/** @returns `undefined` for what is no picture. */
export async function keepPicture(
	{ vendor }: Connection,
	found: unknown,
	context: CallContext,
): Promise<KeptFile | undefined> {
	if (found instanceof Lifted) return found.kept as KeptFile;
	return typeof found === "string" && /^https?:\/\//.test(found)
		? await vendor.download(found, context)
		: undefined;
}
