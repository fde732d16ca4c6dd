/** The types of picture this house knows by sight, and what their files are called. */

const EXTENSIONS: Readonly<Record<string, string>> = {
	"image/png": "png",
	"image/jpeg": "jpg",
	"image/webp": "webp",
	"image/gif": "gif",
	"image/avif": "avif",
	"image/heic": "heic",
	"image/tiff": "tif",
};

/** @returns what has nothing to do with pictures for an extension that none of them has. */
export function mediaTypeOf(extension: string): string {
	const found = Object.entries(EXTENSIONS).find(
		([, known]) => known === extension,
	);
	return found?.[0] ?? "application/octet-stream";
}

/** @throws when the type is none that `inspectImage` tells. */
export function extensionOf(mediaType: string): string {
	const extension = EXTENSIONS[mediaType];
	if (extension === undefined)
		throw new Error(`${mediaType} is no known type of picture`);
	return extension;
}
