/** Vendors whose batches are over: below `/<vendor>/<lines>/<bytes>` each tells where its file of results is, and sends so many lines with a picture of so many bytes each, as fast as they are read. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { answerOf, PICTURE } from "./vendors.ts";

const FILE = "files/results";

/** How a line is told, and the batch that it is of. */
const WORDS: Readonly<
	Record<string, { line(body: unknown): object; readonly batch: object }>
> = {
	gemini: {
		line: (response) => ({ key: "{key}", response }),
		batch: { done: true, response: { responsesFile: FILE } },
	},
	openai: {
		line: (body) => ({
			custom_id: "{key}",
			response: { status_code: 200, body },
		}),
		batch: { status: "completed", output_file_id: FILE },
	},
};

async function* linesOf(vendor: string, lines: number, bytes: number) {
	const picture = randomBytes(bytes).toString("base64");
	const line = JSON.stringify(WORDS[vendor]?.line(answerOf(vendor)));
	const [before = "", after = ""] = line.split(PICTURE);
	const whole = Buffer.from(picture, "latin1");
	for (let number = 1; number <= lines; number++) {
		yield before.replace("{key}", `rug-${number}`);
		yield whole;
		yield `${after.replace("{key}", `rug-${number}`)}\n`;
	}
}

const server = createServer((request, response) => {
	const path = decodeURIComponent(request.url ?? "");
	const [, vendor = "", lines, bytes] = path.split("/");
	if (path.includes(FILE))
		Readable.from(linesOf(vendor, Number(lines), Number(bytes))).pipe(response);
	else {
		response.setHeader("content-type", "application/json");
		response.end(JSON.stringify(WORDS[vendor]?.batch));
	}
});
server.listen(0, "127.0.0.1", () => {
	const { port } = server.address() as AddressInfo;
	console.log(`ready at http://127.0.0.1:${port}`);
});
process.on("SIGTERM", () => process.exit(0));
