/** A vendor for the lifting measurement: answers `/<bytes>` with a picture of so many bytes in JSON, as fast as it can. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const answers = new Map<number, Buffer>();

function answerOf(pictureBytes: number): Buffer {
	const ready = answers.get(pictureBytes);
	if (ready !== undefined) return ready;
	const picture = randomBytes(pictureBytes).toString("base64");
	const answer = Buffer.from(
		`{"created":1,"data":[{"b64_json":"${picture}"}],"usage":{"total_tokens":1}}`,
	);
	answers.set(pictureBytes, answer);
	return answer;
}

const server = createServer((request, response) => {
	const answer = answerOf(Number(request.url?.slice(1)));
	response.setHeader("content-type", "application/json");
	response.setHeader("content-length", answer.length);
	response.end(answer);
});
server.listen(0, "127.0.0.1", () => {
	const { port } = server.address() as AddressInfo;
	console.log(`ready at http://127.0.0.1:${port}`);
});
process.on("SIGTERM", () => process.exit(0));
