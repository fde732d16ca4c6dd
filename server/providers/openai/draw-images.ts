/** One call that draws: asked, and read as it comes, be it one answer or a stream with unfinished pictures in it. */
import {
	type CallContext,
	type Consumption,
	type DrawnImage,
	type ImageCall,
	type ImageCallResult,
	ProviderError,
} from "../provider.ts";
import { redacted } from "../wire/fault-text.ts";
import type { VendorCall } from "../wire/vendor.ts";
import { drawnImagesOf } from "./drawn-images.ts";
import { answeredError, isFault } from "./faults.ts";
import { imageRequest } from "./image-request.ts";
import {
	isPicture,
	listAt,
	numberAt,
	pictureAt,
	textAt,
	valueAt,
} from "./read-json.ts";
import type { OpenAiServer } from "./server.ts";
import { consumptionOf } from "./usage.ts";

type Drawing = Consumption & { readonly images: readonly DrawnImage[] };

/** @throws {ProviderError}, or the signal's own reason. */
export async function drawImages(
	call: ImageCall,
	context: CallContext,
	server: OpenAiServer,
): Promise<ImageCallResult> {
	const { path, body } = imageRequest(call, server);
	const request = { method: "POST", url: server.urlOf(path), body } as const;
	const drawing =
		call.partialImages > 0
			? await drawInSight(request, call, context, server)
			: await drawAtOnce(request, call, context, server);
	return { ...drawing, warnings: [] };
}

async function drawAtOnce(
	request: VendorCall,
	{ seed }: ImageCall,
	context: CallContext,
	server: OpenAiServer,
): Promise<Drawing> {
	const { value } = await server.vendor.json(request, context, isPicture);
	if (isFault(value))
		throw answeredError(server.name, value, { mayBePaid: false });
	const images = await drawnImagesOf(
		listAt(value, "data"),
		server,
		context,
		seed,
	);
	if (images.length === 0) throw emptyHanded(server.name, value);
	return { images, ...consumptionOf(value, "image") };
}

/**
 * Over server-sent events: `….partial_image` some times, `….completed` for each picture. A server that knows no streams
 * answers with what it would have said without one.
 */
async function drawInSight(
	request: VendorCall,
	{ count, seed }: ImageCall,
	context: CallContext,
	server: OpenAiServer,
): Promise<Drawing> {
	const images: DrawnImage[] = [];
	let consumption: Consumption = { usage: undefined, costDollars: undefined };
	let partialImages = 0;
	let last: unknown;
	const events = server.vendor.events(request, context, isPicture);
	for await (const event of events) {
		// What was drawn halfway may be asked money for.
		if (isFault(event))
			throw answeredError(server.name, event, { mayBePaid: partialImages > 0 });
		last = event;
		const type = textAt(event, "type") ?? "";
		const picture = pictureAt(event, "b64_json");
		if (type.endsWith(".partial_image") && picture !== undefined) {
			const index = numberAt(event, "partial_image_index") ?? partialImages;
			partialImages++;
			context.onPartialImage?.(picture, index);
			continue;
		}
		const items = type.endsWith(".completed") ? [event] : listAt(event, "data");
		if (items.length === 0) continue;
		images.push(...(await drawnImagesOf(items, server, context, seed)));
		if (valueAt(event, "usage") !== undefined)
			consumption = consumptionOf(event, "image");
		// Not every server closes the stream when it is done.
		if (images.length >= count) break;
	}
	if (images.length === 0) throw emptyHanded(server.name, last);
	return { images, ...consumption };
}

/** An answer of success without a picture: nobody knows what it was. */
function emptyHanded(name: string, value: unknown): ProviderError {
	const said = redacted(JSON.stringify(value ?? "nothing"));
	return new ProviderError(
		"unavailable",
		`${name} answered without a picture: ${said}`,
		{ mayBePaid: true },
	);
}
