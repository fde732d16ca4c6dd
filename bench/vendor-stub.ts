/** All vendors of the lifting measurement: below `/<vendor>/<bytes>` each answers with a picture of so many bytes, as fast as it can. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerOf, PICTURE } from "./vendors.ts";

const pictures = new Map<number, Buffer>();

function pictureOf(sizeBytes: number): Buffer {
	const ready = pictures.get(sizeBytes);
	if (ready !== undefined) return ready;
	const base64 = randomBytes(sizeBytes).toString("base64");
	const picture = Buffer.from(base64, "latin1");
	pictures.set(sizeBytes, picture);
	return picture;
}

const server = createServer((request, response) => {
	const [, vendor = "", sizeBytes, ...rest] = (request.url ?? "").split("/");
	response.setHeader("content-type", "application/json");
	// What adapters ask before and while the picture is drawn: models, progress.
	if (request.method === "GET" && rest.length > 0) {
		response.end('{"data":[]}');
		return;
	}
	const picture = pictureOf(Number(sizeBytes));
	const [before = "", after = ""] = JSON.stringify(answerOf(vendor)).split(
		PICTURE,
	);
	response.setHeader(
		"content-length",
		before.length + picture.length + after.length,
	);
	response.write(before);
	response.write(picture);
	response.end(after);
});
server.listen(0, "127.0.0.1", () => {
	const { port } = server.address() as AddressInfo;
	console.log(`ready at http://127.0.0.1:${port}`);
});
process.on("SIGTERM", () => process.exit(0));
