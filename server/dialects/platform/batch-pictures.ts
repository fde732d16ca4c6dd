/** Packs a batch's pictures into a ZIP as it is sent: the bytes as they were drawn, under the names that the batch gives them. */
import { addAbortSignal, PassThrough, type Readable } from "node:stream";
import type ZipStream from "zip-stream";
import type { CatalogueRow } from "../../engine/catalogues/catalogue.ts";
import type { Engine } from "../../engine/engine.ts";
import { EngineError } from "../../engine/errors.ts";
import type { Generation, Image } from "../../engine/generations/request.ts";

type Pictures = Pick<Engine, "openVariant" | "variantFacts">;

/**
 * Nothing is compressed, since pictures are already, and none is opened before the one before it was read.
 * @param signal aborts when nobody reads on, and lets go of the picture that is open.
 */
export async function batchPictures(
	engine: Pictures,
	rows: AsyncIterable<CatalogueRow>,
	signal: AbortSignal,
): Promise<Readable> {
	// Loaded when somebody asks for a ZIP: it would be a twentieth of every start.
	const { default: Zip } = await import("zip-stream");
	const zip = new Zip({ store: true });
	const output = new PassThrough();
	const fail = (error: unknown) => {
		output.destroy(error instanceof Error ? error : undefined);
	};
	zip.on("error", fail).pipe(output);
	pack(zip, engine, rows, signal).catch(fail);
	return output;
}

async function pack(
	zip: ZipStream,
	engine: Pictures,
	rows: AsyncIterable<CatalogueRow>,
	signal: AbortSignal,
): Promise<void> {
	for await (const { fileName, generation } of rows) {
		signal.throwIfAborted();
		if (generation === null) continue;
		for (const image of generation.images) {
			const bytes = await bytesOf(engine, image);
			if (bytes === null) continue;
			const { extension } = engine.variantFacts(image, "original");
			const entry = {
				name: `${stemOf(fileName, generation, image)}.${extension}`,
				date: new Date(image.createdAt),
			};
			const packed = Promise.withResolvers<void>();
			zip.entry(addAbortSignal(signal, bytes), entry, (error) => {
				if (error) packed.reject(error);
				else packed.resolve();
			});
			await packed.promise;
		}
	}
	zip.finalize();
}

/** @returns `null` for one that was deleted meanwhile. */
async function bytesOf(
	engine: Pictures,
	image: Image,
): Promise<Readable | null> {
	try {
		return (await engine.openVariant(image, "original")).stream;
	} catch (error) {
		if (error instanceof EngineError && error.code === "not_found") return null;
		throw error;
	}
}

function stemOf(
	fileName: string,
	{ count }: Generation,
	{ position }: Image,
): string {
	return count === 1 ? fileName : `${fileName}-${position + 1}`;
}
