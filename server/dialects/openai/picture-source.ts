/** Reads the pictures of messages. Those of the caller's own library stay references to it; all others are taken in. */
import type { PictureSource } from "../../engine/conversations/conversation.ts";
import { EngineError } from "../../engine/errors.ts";
import type { Principal } from "../../engine/generations/request.ts";
import type { DialectContext } from "../dialect.ts";
import { sourceOf } from "./images/input-sources.ts";

/** By itself, in a URL of ours, or where Jan's clients put an id in the place of a data URL's bytes. */
const OWN_IMAGE =
	/^(?:https?:\/\/[^/]+\/images\/|data:image\/[a-z0-9.+-]{1,50};(?:base64,)?)?(?:jan|img)_([0-9a-z]{26})(?:\.\w{3,4})?(?:\?|$)/;

/** How callers know an image of the library. */
export function janIdOf({ id }: { readonly id: string }): string {
	return id.replace(/^img_/, "jan_");
}

/** @throws {EngineError} `invalid_request`, `not_found` */
export type ReadPicture = (
	address: string,
	field: string,
) => Promise<PictureSource>;

export function pictureReader(
	{ engine }: Pick<DialectContext, "engine">,
	principal: Principal,
): ReadPicture {
	return async (address, field) => {
		const [, id] = OWN_IMAGE.exec(address) ?? [];
		if (id !== undefined) {
			try {
				const image = await engine.getImage(principal, `img_${id}`);
				return { kind: "library", field, imageId: image.id };
			} catch (error) {
				if (!(error instanceof EngineError && error.code === "not_found"))
					throw error;
			}
		}
		return await sourceOf({ engine, principal }, address, field);
	};
}
