/** A file of requests becomes a catalogue whose rows say themselves how they are drawn, and is written again from it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { scriptedModel } from "../../testing/scripted-provider.ts";
import { talkingModel } from "../../testing/scripted-talker.ts";
import {
	atRest,
	bytesOf,
	creditsSpent,
	faultsIn,
	openPhotoShop,
	rowsIn,
	titlesCsv,
} from "../../testing/test-catalogues.ts";
import {
	ask,
	base64,
	drawn,
	openRequestHouse,
	plainLines,
	takeRequests,
	writtenLines,
} from "../../testing/test-requests.ts";
import { EngineError } from "../errors.ts";

test("each line is drawn by the model, in the size, tier and number that it asks for, and costs what that costs", async (t) => {
	const house = await openRequestHouse(t, {
		models: [
			scriptedModel(),
			scriptedModel({ id: "dear", creditPrices: { low: 5, standard: 7 } }),
			talkingModel(),
		],
	});
	const { catalogues } = house.engine;
	const team = await house.team(100);
	const { id, counts, choice, columns } = await takeRequests(
		house,
		team,
		plainLines([
			ask("plain", "a fox"),
			ask("wide", "a hen", {
				wishes: { aspectRatio: "2:1", resolution: "high", seed: 7 },
			}),
			ask("two", "a cow", {
				wishes: { model: "dear", count: 2, negativePrompt: "grass" },
			}),
			ask("exact", "a bee", {
				wishes: { model: "dear", size: { width: 640, height: 480 } },
			}),
			ask("also plain", "an owl"),
		]),
	);
	assert.deepEqual(choice, { kind: "requests", form: "plain" });
	assert.equal(columns[0], "key");
	assert.equal(counts.waiting, 5);
	const { rows, strategies } = await catalogues.estimate(team, id);
	assert.equal(rows, 5);
	assert.equal(strategies[0]?.credits, 1 + 2 + 10 + 7 + 1);

	await catalogues.sample(team, id, ["two"]);
	await atRest(house, team, id);
	assert.equal(await creditsSpent(house, team), 10);
	const rest = await catalogues.estimate(team, id);
	assert.equal(rest.strategies[0]?.credits, 11);

	assert.equal((await drawn(house, team, id)).counts.drawn, 5);
	assert.equal(await creditsSpent(house, team), 21);
	assert.deepEqual(await faultsIn(house, team), []);
	const told = (await rowsIn(house, team, id)).map(
		({ key, credits, generation }) => [
			key,
			credits,
			generation?.images.map(({ width, height }) => `${width}x${height}`),
		],
	);
	assert.deepEqual(told, [
		["plain", 1, ["512x512"]],
		["wide", 2, ["2048x1024"]],
		["two", 10, ["512x512", "512x512"]],
		["exact", 7, ["640x480"]],
		["also plain", 1, ["512x512"]],
	]);
	const { calls } = house.provider;
	assert.equal(calls.find(({ prompt }) => prompt === "a hen")?.seed, 7);
	assert.equal(
		calls.find(({ prompt }) => prompt === "a cow")?.negativePrompt,
		"grass",
	);
	assert.deepEqual((await rowsIn(house, team, id))[3]?.fields.slice(0, 8), [
		"exact",
		"a bee",
		"",
		"dear",
		"",
		"",
		"",
		"640x480",
	]);
});

test("lines of which the dear ones cannot be paid are not begun", async (t) => {
	const house = await openRequestHouse(t);
	const team = await house.team(8);
	const { id } = await takeRequests(
		house,
		team,
		plainLines([
			ask("cheap", "a fox"),
			ask("dear", "a hen", { wishes: { resolution: "4k", count: 2 } }),
		]),
	);
	await assert.rejects(
		house.engine.catalogues.start(team, id),
		(error) =>
			error instanceof EngineError && error.code === "insufficient_credits",
	);
	await house.engine.catalogues.sample(team, id, ["cheap"]);
	await atRest(house, team, id);
	assert.equal(await creditsSpent(house, team), 1);
});

test("S0-33: a line that is broken, or asks for what nobody draws, fails alone, with its line and its key", async (t) => {
	const house = await openRequestHouse(t, {
		environment: { GESSO_MAX_REFERENCE_BYTES: "2000" },
	});
	const team = await house.team();
	const large = base64(Buffer.alloc(3_000, "large"));
	const { id, counts, problems } = await takeRequests(
		house,
		team,
		plainLines([
			ask("a", "a fox", { unheeded: ["style"] }),
			'{"id": "b", "ask": {',
			"",
			ask("c", "a hen", { wishes: { model: "nobody" } }),
			ask("d", "a hen", { pictures: ["bm8gcGljdHVyZQ=="] }),
			ask("e", "a hen", { pictures: ["*** no base64 ***"] }),
			ask("f", "a hen", { pictures: [large] }),
			ask("g", "  "),
			ask("h", "Tell me a joke", { answer: "words" }),
			ask("i", "a hen", { wishes: { count: 1_000 } }),
			ask("a", "a cow", { unheeded: ["style"] }),
		]),
	);
	assert.deepEqual([counts.total, counts.waiting], [10, 2]);
	assert.deepEqual(
		problems.map(({ line, code }) => [line, code]),
		[
			[1, "unheeded_field"],
			[2, "broken_json"],
			[4, "bad_request"],
			[5, "bad_request"],
			[6, "broken_json"],
			[7, "bad_request"],
			[8, "bad_request"],
			[9, "bad_request"],
			[10, "bad_request"],
			[11, "repeated_key"],
		],
	);
	const rows = await rowsIn(house, team, id);
	assert.deepEqual(
		rows.map(({ key, line, status }) => [key, line, status]),
		[
			["a", 1, "waiting"],
			["line-2", 2, "invalid"],
			["c", 4, "invalid"],
			["d", 5, "invalid"],
			["line-6", 6, "invalid"],
			["f", 7, "invalid"],
			["g", 8, "invalid"],
			["h", 9, "invalid"],
			["i", 10, "invalid"],
			["a-2", 11, "waiting"],
		],
	);
	assert.match(rows[2]?.error?.message ?? "", /^Line 4.*no model "nobody"/);
	assert.match(rows[3]?.error?.message ?? "", /pictures\.0 cannot be used/);
	assert.match(rows[5]?.error?.message ?? "", /larger than 2000 bytes/);
	assert.match(rows[7]?.error?.message ?? "", /describe-then-draw/);
	assert.equal((await drawn(house, team, id)).counts.drawn, 2);
	const results = await house.engine.catalogues.resultLines(team, id, "plain");
	const told = (await writtenLines(results)).trimEnd().split("\n");
	assert.deepEqual(JSON.parse(told[9] ?? ""), {
		id: "a",
		status: "drawn",
		error: null,
	});
});

test("S0-18: words that a line asks for are what a row is described with, and its picture is drawn from the answer", async (t) => {
	const house = await openRequestHouse(t);
	const team = await house.team();
	const { id } = await takeRequests(
		house,
		team,
		plainLines([
			ask("words", "Describe a rug.", {
				answer: "either",
				wishes: { temperature: 0.2, maxOutputTokens: 100, model: "talker" },
			}),
			ask("picture", "A rug in a hall", { answer: "picture" }),
		]),
		{ strategy: "describe-then-draw" },
	);
	const [words, picture] = await rowsIn(house, team, id);
	assert.equal(words?.prompt, "Describe a rug.");
	assert.equal(picture?.prompt, "A rug in a hall");
	assert.equal((await drawn(house, team, id)).status, "described");
	const said = house.talker.talks.map(({ turns, temperature }) => [
		turns.flatMap(({ parts }) =>
			parts.map((part) => (part.kind === "text" ? part.text : "")),
		)[0],
		temperature,
	]);
	assert.deepEqual(
		said.find(([text]) => text === "Describe a rug."),
		["Describe a rug.", 0.2],
	);
	assert.match(
		String(said.find(([, heat]) => heat === 0.7)?.[0]),
		/A rug in a/,
	);
	await house.engine.catalogues.draw(team, id);
	await atRest(house, team, id);
	const [first] = await rowsIn(house, team, id);
	assert.equal(first?.generation?.prompt, "Described: Describe a rug.");
	assert.equal(first?.describedBy, "talker");
});

test("a table written as requests and taken in again asks for the same under the same keys", async (t) => {
	const host = await openPhotoShop(t);
	const house = await openRequestHouse(t, { allowedHosts: [host] });
	const team = await house.team();
	const csv = `SKU,Title,image link\nA,a fox,http://${host}/fox.jpg\nB,a hen,http://${host}/none.jpg\nC,a cow,\n`;
	const { id } = await house.engine.catalogues.takeIn(team, {
		name: "table",
		source: { kind: "file", bytes: bytesOf(csv), field: "file" },
		choice: {
			kind: "template",
			template: "{{Title}}",
			keyColumn: "SKU",
			negativePrompt: "text",
		},
		strategy: "direct",
		settings: {
			onMissingPhoto: "drawWithout",
			isAutomatic: false,
			aspectRatio: "3:2",
			resolution: "low",
		},
	});
	const write = async (of: string, withPhotos: boolean) =>
		await writtenLines(
			await house.engine.catalogues.requestLines(team, of, "plain", {
				withPhotos,
				saysModalities: false,
			}),
		);
	const bare = (await write(id, false)).trimEnd().split("\n");
	assert.deepEqual(
		bare.map((line) => JSON.parse(line).ask.prompt),
		["a fox", "a hen", "a cow"].map((title) => `${title}\n\nAvoid: text`),
	);
	const once = await write(id, true);
	const photographed = once.split("\n").map((line) => line.includes("A photo"));
	assert.deepEqual(photographed.slice(0, 3), [true, false, false]);
	const again = await takeRequests(house, team, once);
	assert.deepEqual(
		(await rowsIn(house, team, again.id)).map(({ fields }) =>
			fields.slice(0, 3),
		)[1],
		["B", "a hen", "text"],
	);
	assert.equal(await write(again.id, true), once);
	await drawn(house, team, id);
	await drawn(house, team, again.id);
	const rows = await rowsIn(house, team, again.id);
	assert.deepEqual(
		rows.map(({ key }) => key),
		["A", "B", "C"],
	);
	const firstRows = await rowsIn(house, team, id);
	assert.deepEqual(
		rows.map(({ generation }) => generation?.images[0]?.width),
		firstRows.map(({ generation }) => generation?.images[0]?.width),
	);
});

test("a table is not taken for requests, nor requests for a table, and what cannot go with them is refused", async (t) => {
	const house = await openRequestHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const line = plainLines([ask("a", "a fox")]);
	const marked = await takeRequests(house, team, `\ufeff\r\n\n${line}`);
	assert.equal(marked.choice.kind, "requests");
	const table = await takeRequests(house, team, titlesCsv(["a fox"]));
	assert.equal(table.choice.kind, "builtIn");
	const rows = await catalogues.takeIn(team, {
		name: "rows",
		source: {
			kind: "jsonLines",
			bytes: bytesOf('{"ask": "a fox", "id": "a"}\n'),
			field: "file",
		},
		strategy: "direct",
		settings: { onMissingPhoto: "fail", isAutomatic: false },
	});
	assert.deepEqual(rows.columns, ["ask", "id"]);
	const refusals: readonly [string, Parameters<typeof takeRequests>[3]][] = [
		["choice.name", { choice: { kind: "builtIn", name: "rugs" } }],
		["choice.template", { choice: { kind: "template", template: "x" } }],
		[
			"form",
			{
				source: {
					kind: "file",
					bytes: bytesOf(line),
					field: "file",
					form: "other",
				},
			},
		],
	];
	for (const [field, changes] of refusals)
		await assert.rejects(
			takeRequests(house, team, line, changes),
			(error) => error instanceof EngineError && error.details.field === field,
		);
	await assert.rejects(
		catalogues.requestLines(team, rows.id, "other", {
			withPhotos: true,
			saysModalities: false,
		}),
		/no form "other"/,
	);
});
