/** What the large-answers measurement compares with: reads a whole file, makes base64 of it, and stringifies that. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const [file = ""] = process.argv.slice(2);
const server = createServer(async (_request, response) => {
	const bytes = await readFile(file);
	response.setHeader("content-type", "application/json");
	response.end(
		JSON.stringify({ data: [{ b64_json: bytes.toString("base64") }] }),
	);
});
server.listen(0, "127.0.0.1", () => {
	const { port } = server.address() as AddressInfo;
	console.log(`ready at http://127.0.0.1:${port}`);
});
process.on("SIGTERM", () => process.exit(0));
