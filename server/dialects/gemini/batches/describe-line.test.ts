/** The line of a batch that asks for a description is what S0 shipped, and nothing that made it fail. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rugs } from "../../../engine/catalogues/kinds/rugs/rugs.ts";
import { createRowPlanner } from "../../../engine/catalogues/plan-rows.ts";
import { asksForWords } from "./asks-for-words.ts";
import { describeLine } from "./describe-line.ts";
import { readRequestLine } from "./read-line.ts";

function planned() {
	const plan = createRowPlanner({ kind: rugs, columns: ["SKU", "Title"] });
	const planned = plan({
		position: 0,
		line: 2,
		fields: ["26171", "A runner"],
		warnings: [],
	});
	assert.ok(planned.kind === "plan");
	return planned.plan;
}

test("S0-12: a description is asked for with temperature and max_output_tokens and nothing else, above all no modalities", () => {
	const { key, descriptionPrompt } = planned();
	const line = describeLine({ key, prompt: descriptionPrompt, photos: [] });
	assert.deepEqual(line, {
		key: "rug-26171",
		request: {
			contents: [{ parts: [{ text: descriptionPrompt }] }],
			generation_config: { temperature: 0.7, max_output_tokens: 8192 },
		},
	});
	assert.doesNotMatch(JSON.stringify(line), /response_?modalities/i);
});

test("S0-36: with images, the photo goes with the request, as a file or as it stands for one", () => {
	const { request } = describeLine({
		key: "rug-1",
		prompt: "Describe it.",
		photos: [
			{ kind: "file", mediaType: "image/jpeg", uri: "https://x.test/files/1" },
			{ kind: "inline", mediaType: "image/png", data: "AAAA" },
		],
	});
	assert.deepEqual(request.contents, [
		{
			parts: [
				{ text: "Describe it." },
				{
					file_data: {
						mime_type: "image/jpeg",
						file_uri: "https://x.test/files/1",
					},
				},
				{ inline_data: { mime_type: "image/png", data: "AAAA" } },
			],
		},
	]);
});

test("S0-6: Gesso itself reads such a line, and understands that it wants words", () => {
	const { key, descriptionPrompt } = planned();
	assert.equal(asksForWords(descriptionPrompt), true);
	const line = describeLine({ key, prompt: descriptionPrompt, photos: [] });
	const { model, body } = readRequestLine(JSON.parse(JSON.stringify(line)));
	assert.equal(model, undefined);
	assert.deepEqual(body, line.request);
});
