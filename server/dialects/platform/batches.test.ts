/** Batches in the team API: a table is sent, looked at, drawn row by row, followed, corrected and taken home. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { inflateRawSync } from "node:zlib";
import { ProviderError } from "../../providers/provider.ts";
import { openPlatform } from "../../testing/platform.ts";
import { formOf, type Part } from "../../testing/test-form.ts";
import { waitUntil } from "../../testing/wait-until.ts";

const BATCHES = "/v0/batches";
const RUGS = readFileSync(
	path.join(import.meta.dirname, "../../../examples/sample-rugs.csv"),
);
/** The same without its links, which lead to a shop that is really there. */
const RUGS_WITHOUT_LINKS = RUGS.toString().replaceAll(
	/https?:\/\/[^,\r\n]*/g,
	"",
);

/** As long as a key may be, and nine times that in a URL. */
const LONG_KEY = "พ".repeat(80);

type House = Awaited<ReturnType<typeof openPlatform>>;

/** Cases that share nothing but the house. */
let house: House;
const closing: (() => unknown)[] = [];
before(async () => {
	house = await openPlatform(
		{ after: (close) => void closing.push(close as () => unknown) },
		{ credits: 100_000 },
	);
});
after(async () => {
	for (const close of closing) await close();
});

const text = (name: string, value: string): Part => ({ name, value });
const file = (value: string | Buffer, fileName = "rugs.csv"): Part => ({
	name: "file",
	value,
	fileName,
});

async function send(parts: readonly Part[], query = "") {
	const response = await house.app.server.inject({
		method: "POST",
		url: BATCHES + query,
		...formOf(parts, { ...house.headers }),
	});
	return { status: response.statusCode, body: response.json() };
}

async function make(
	csv: string | Buffer,
	fields: Readonly<Record<string, string>> = {},
): Promise<string> {
	const { status, body } = await send([
		text("resolution", "low"),
		...Object.entries(fields).map(([name, value]) => text(name, value)),
		file(csv),
	]);
	assert.equal(status, 201, JSON.stringify(body));
	return body.data.id;
}

const ask = (...asked: Parameters<House["ask"]>) => house.ask(...asked);
const act = async (id: string, action: string, body?: unknown) =>
	await ask("POST", `${BATCHES}/${id}/${action}`, body);

async function ended(id: string) {
	return await waitUntil(async () => {
		const { data } = (await ask("GET", `${BATCHES}/${id}`)).body;
		return !["working", "paused", "canceling"].includes(data.status) && data;
	});
}

async function drawn(id: string) {
	const started = await act(id, "start");
	assert.equal(started.status, 200, JSON.stringify(started.body));
	return await ended(id);
}

/** Names and bytes of what is in a ZIP, by its central directory. */
function unzipped(zip: Buffer): Map<string, Buffer> {
	const end = zip.lastIndexOf("PK\u0005\u0006");
	const entries = new Map<string, Buffer>();
	let at = zip.readUInt32LE(end + 16);
	for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
		const method = zip.readUInt16LE(at + 10);
		const size = zip.readUInt32LE(at + 20);
		const nameLength = zip.readUInt16LE(at + 28);
		const extraLength = zip.readUInt16LE(at + 30);
		const local = zip.readUInt32LE(at + 42);
		const start =
			local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
		const bytes = zip.subarray(start, start + size);
		const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
		entries.set(name, method === 0 ? bytes : inflateRawSync(bytes));
		at += 46 + nameLength + extraLength;
	}
	return entries;
}

test("S0-16: a table is looked at before anything of it is kept: what is in it, the first prompts, the price", async () => {
	const { status, body } = await send(
		[text("kind", "rugs"), file(RUGS)],
		"?dry_run=true",
	);
	assert.equal(status, 200, JSON.stringify(body));
	const { data } = body;
	assert.equal(data.dryRun, true);
	assert.equal(data.kind, "rugs");
	assert.equal(data.rowCount, 5);
	assert.equal(data.rows.length, 5);
	assert.equal(data.rows[0].key, "rug-26171");
	assert.match(
		data.rows[0].prompt,
		/^Photo-realistic picture of an elegant hallway in /,
	);
	assert.equal(data.rows[0].values.SKU, "26171");
	assert.equal(
		data.columns.find(({ name }: { name: string }) => name === "image link")
			.type,
		"image link",
	);
	const { creditsPerRow, credits, isAffordable } = data.estimate;
	assert.ok(creditsPerRow > 0);
	assert.equal(credits, 5 * creditsPerRow);
	assert.equal(isAffordable, true);
	assert.deepEqual((await ask("GET", BATCHES)).body.data, {
		batches: [],
		hasMore: false,
	});
});

test("S0-35 to S0-40: the rugs of a shop are taken in, priced and drawn, and every row has its picture", async () => {
	const id = await make(RUGS_WITHOUT_LINKS, { kind: "rugs", name: "Rugs" });
	const { data: waiting } = (await ask("GET", `${BATCHES}/${id}`)).body;
	assert.equal(waiting.status, "ready");
	assert.equal(waiting.name, "Rugs");
	assert.equal(waiting.counts.waiting, 5);
	const price = (await ask("GET", `${BATCHES}/${id}/estimate`)).body.data;
	assert.deepEqual(waiting.estimate, price);
	assert.deepEqual(
		price.strategies.map(({ strategy }: { strategy: string }) => strategy),
		// Nobody describes here, and nobody has batches of its own.
		["direct"],
	);
	const before = await house.balance();
	const { counts, remainingSeconds } = await drawn(id);
	assert.equal(counts.drawn, 5);
	assert.equal(remainingSeconds, null);
	assert.equal(before - (await house.balance()), price.strategies[0].credits);
	const { rows, next } = (await ask("GET", `${BATCHES}/${id}/rows`)).body.data;
	assert.equal(next, null);
	for (const row of rows) {
		assert.equal(row.status, "drawn");
		assert.equal(row.images.length, 1);
		assert.equal(row.error, null);
	}
	const one = await ask("GET", `${BATCHES}/${id}/rows/rug-26171`);
	assert.deepEqual(one.body.data, rows[0]);
});

test("rows come as JSON, too, or as JSON lines in a file", async () => {
	const asked = { prompt: "A {{Title}}", keyColumn: "Id", resolution: "low" };
	const json = await ask("POST", BATCHES, {
		...asked,
		rows: [
			{ Id: "a/b", Title: "pot" },
			{ Id: LONG_KEY, Title: "pan" },
		],
	});
	assert.equal(json.status, 201, JSON.stringify(json.body));
	assert.equal(json.body.data.prompt, asked.prompt);
	assert.deepEqual(json.body.data.columns, ["Id", "Title"]);
	const { id } = json.body.data;
	const row = await ask(
		"GET",
		`${BATCHES}/${id}/rows/${encodeURIComponent("a/b")}`,
	);
	assert.equal(row.body.data.prompt, "A pot");
	const long = await ask(
		"GET",
		`${BATCHES}/${id}/rows/${encodeURIComponent(LONG_KEY)}`,
	);
	assert.equal(long.body.data.prompt, "A pan");
	const lines = await send([
		text("prompt", "A {{Title}}"),
		file('{"Title": "pot"}\n{"Title": "pan"}\n', "things.jsonl"),
	]);
	assert.equal(lines.status, 201, JSON.stringify(lines.body));
	assert.equal(lines.body.data.name, "things");
	assert.equal(lines.body.data.counts.total, 2);
	await ask("DELETE", `${BATCHES}/${id}`);
});

test("a preset draws the rows when its variables are filled in from columns", async () => {
	const preset = await ask("POST", "/v0/presets", {
		name: "Shoe",
		template: "Studio photo of {{product}}",
		requirements: [
			{ key: "product", type: "text", label: "Product", required: true },
		],
	});
	const presetId = preset.body.data.id;
	const id = await make("Name\nred shoe\n", {
		presetId,
		variables: '{"product": "a {{Name}}"}',
	});
	const { rows } = (await ask("GET", `${BATCHES}/${id}/rows`)).body.data;
	assert.equal(rows[0].prompt, "Studio photo of a red shoe");
	const wrong = await send([
		text("presetId", presetId),
		text("variables", '{"colour": "{{Name}}"}'),
		file("Name\nred shoe\n"),
	]);
	assert.equal(wrong.status, 400);
	assert.equal(wrong.body.field, "variables.colour");
});

test("whatever is wrong with a new batch is named in the caller's words, and nothing is kept", async () => {
	const kept = (await ask("GET", `${BATCHES}?limit=100`)).body.data.batches;
	const csv = file("SKU,Title\n1,a\n");
	const cases: readonly (readonly [string, readonly Part[]])[] = [
		["kind", [text("kind", "carpets"), csv]],
		["prompt", [text("prompt", "{{Colour}}"), csv]],
		["prompt", [text("kind", "rugs"), text("prompt", "{{"), csv]],
		["keyColumn", [text("prompt", "x"), text("keyColumn", "Id"), csv]],
		["keyColumn", [text("kind", "rugs"), text("keyColumn", "SKU"), csv]],
		["variables", [text("variables", "{}"), csv]],
		["variables", [text("variables", "{"), csv]],
		["strategy", [text("strategy", "soon"), csv]],
		["sampleCount", [text("sampleCount", "none"), csv]],
		["maxPhotos", [text("maxPhotos", "99"), csv]],
		["rowsAtOnce", [text("rowsAtOnce", "0"), csv]],
		["auto", [text("auto", "perhaps"), csv]],
		["fileName", [text("prompt", "x"), text("fileName", "{sku}"), csv]],
		["name", [csv, text("name", "late")]],
		["file", [text("kind", "rugs")]],
		["file", [file("")]],
		["file", [file("<!doctype html><html></html>")]],
		["table", [{ ...csv, name: "table" }]],
	];
	for (const [field, parts] of cases) {
		const { status, body } = await send(parts);
		assert.equal(status, 400, `${field}: ${JSON.stringify(body)}`);
		assert.ok(
			body.field === field || body.field?.endsWith(`.${field}`),
			`${field}: ${JSON.stringify(body)}`,
		);
	}
	const { payload, headers } = formOf([csv], { ...house.headers });
	const broken = await house.app.server.inject({
		method: "POST",
		url: BATCHES,
		payload: payload.subarray(0, -60),
		headers,
	});
	assert.equal(broken.statusCode, 400);
	const empty = await ask("POST", BATCHES, "null");
	assert.equal(empty.status, 400);
	const unknown = await ask("POST", BATCHES, { rows: [], colour: "red" });
	assert.equal(unknown.status, 400);
	assert.match(unknown.body.error, /colour/);
	assert.deepEqual(
		(await ask("GET", `${BATCHES}?limit=100`)).body.data.batches,
		kept,
	);
});

test("S0-33: a row that fails leaves the others alone, is found by its status, edited and tried again", async () => {
	const id = await make("SKU,Title\n1,good\n2,bad\n", {
		prompt: "{{Title}}",
		keyColumn: "SKU",
	});
	house.provider.script = ({ prompt }) =>
		prompt.includes("bad")
			? { kind: "fail", error: new ProviderError("content_blocked", "no") }
			: { kind: "draw" };
	const { counts } = await drawn(id);
	assert.deepEqual([counts.drawn, counts.failed], [1, 1]);
	const failed = await ask(
		"GET",
		`${BATCHES}/${id}/rows?status=failed,invalid`,
	);
	const [row, ...others] = failed.body.data.rows;
	assert.deepEqual(others, []);
	assert.equal(row.key, "2");
	assert.equal(row.error.code, "content_blocked");
	assert.equal(row.credits, 0);
	const edited = await ask("PATCH", `${BATCHES}/${id}/rows/2`, {
		prompt: "better",
	});
	assert.equal(edited.body.data.prompt, "better");
	assert.equal(edited.body.data.isPromptEdited, true);
	const nothing = await ask("PATCH", `${BATCHES}/${id}/rows/2`, {});
	assert.equal(nothing.status, 400);
	assert.equal((await act(id, "retry")).status, 200);
	assert.equal((await ended(id)).counts.drawn, 2);
	const again = await act(id, "retry", { keys: ["1", "3"] });
	assert.equal(again.status, 400);
	assert.equal(again.body.field, "keys");
});

test("S0-20: descriptions wait for whoever reads and changes them; then each row is drawn from its own", async (t) => {
	const painted = await openPlatform(t, {
		withPainter: true,
		credits: 1_000,
		environment: {
			GESSO_DOLLARS_PER_DESCRIPTION: "0.001",
			GESSO_DOLLARS_PER_ROW_IMAGE: "0.002",
		},
	});
	const created = await painted.ask("POST", BATCHES, {
		strategy: "describe-then-draw",
		prompt: "A {{Title}} in a room",
		keyColumn: "SKU",
		resolution: "low",
		rows: [{ SKU: "1", Title: "rug" }],
	});
	assert.equal(created.status, 201, JSON.stringify(created.body));
	const at = `${BATCHES}/${created.body.data.id}`;
	const events = async () =>
		(await painted.ask("GET", `${at}/events`)).bytes
			.toString()
			.split("\n\n")
			.filter((event) => event.startsWith("event: "))
			.map((event) => {
				const [name = "", data = ""] = event.split("\n");
				return {
					name: name.slice("event: ".length),
					batch: JSON.parse(data.slice("data: ".length)),
				};
			});
	const { strategies } = (await painted.ask("GET", `${at}/estimate`)).body.data;
	// S0-27: $0.30 for a hundred.
	assert.equal(strategies[1].dollars * 100, 0.3);
	await painted.ask("POST", `${at}/start`);
	const described = await events();
	assert.equal(described.at(-1)?.name, "done");
	assert.equal(described.at(-1)?.batch.status, "described");
	assert.ok(described.slice(0, -1).every(({ name }) => name === "progress"));
	const { data: row } = (await painted.ask("GET", `${at}/rows/1`)).body;
	assert.equal(row.status, "described");
	assert.notEqual(row.description, null);
	const edited = await painted.ask("PATCH", `${at}/rows/1`, {
		description: "A blue rug before a fire",
	});
	assert.equal(edited.body.data.isDescriptionEdited, true);
	assert.equal((await painted.ask("POST", `${at}/draw`)).status, 200);
	assert.equal((await events()).at(-1)?.batch.counts.drawn, 1);
	const [entry] = (await painted.ask("GET", "/v0/images/library")).body.data
		.images;
	assert.match(entry.userPrompt, /^A blue rug before a fire/);
});

test("a batch is sampled, paused, told how many rows at once, resumed, canceled, and refuses what cannot be now", async () => {
	const gate = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: gate.promise });
	const id = await make("SKU,Title\n1,a\n2,b\n3,c\n", {
		prompt: "{{Title}}",
		keyColumn: "SKU",
		rowsAtOnce: "1",
	});
	for (const action of ["pause", "resume", "cancel", "draw"])
		assert.equal((await act(id, action)).status, 409, action);
	assert.equal((await act(id, "sample")).body.data.status, "working");
	assert.equal((await act(id, "start")).status, 409);
	assert.equal((await act(id, "pause")).body.data.status, "paused");
	const at = `${BATCHES}/${id}`;
	const more = await ask("PATCH", at, { rowsAtOnce: 2 });
	assert.equal(more.body.data.rowsAtOnce, 2);
	const none = await ask("PATCH", at, { rowsAtOnce: 0 });
	assert.equal(none.body.field, "rowsAtOnce");
	assert.equal((await act(id, "resume")).body.data.status, "working");
	gate.resolve();
	const sampled = await ended(id);
	assert.equal(sampled.counts.drawn, 1);
	assert.equal(sampled.status, "ready");
	const first = await ask("GET", `${at}/rows/1`);
	assert.equal(first.body.data.status, "drawn");
	const page = await ask("GET", `${at}/rows?status=waiting&limit=1`);
	assert.equal(page.body.data.rows[0].key, "2");
	const { next } = page.body.data;
	const rest = await ask("GET", `${at}/rows?status=waiting&after=${next}`);
	assert.deepEqual(
		rest.body.data.rows.map(({ key }: { key: string }) => key),
		["3"],
	);
	const wrong = await ask("GET", `${at}/rows?status=done`);
	assert.equal(wrong.status, 400);
	assert.match(wrong.body.allowed, /drawn/);
	assert.equal((await act(id, "start")).status, 200);
	assert.equal((await act(id, "cancel")).status, 200);
	const canceled = await ended(id);
	assert.equal(
		canceled.counts.waiting + canceled.counts.failed + canceled.counts.drawn,
		3,
	);
});

test("S0-24: the results come as the table itself with columns of ours, which can be sent again", async () => {
	house.provider.script = () => ({ kind: "draw" });
	const table =
		'\ufeffSKU;Title;Note\r\n1;"Größe 3"" ";=1+1\r\n2;"a;b";\r\n3;c;too;many\r\n';
	const id = await make(table, {
		prompt: "={{Title}}",
		keyColumn: "SKU",
		name: "Größen",
	});
	await drawn(id);
	const answer = await ask("GET", `${BATCHES}/${id}/results.csv`);
	assert.match(
		String(answer.headers["content-type"]),
		/^text\/csv; charset=utf-8$/,
	);
	assert.match(
		String(answer.headers["content-disposition"]),
		/filename\*=UTF-8''Gr%C3%B6%C3%9Fen-results\.csv$/,
	);
	const csv = answer.bytes.toString();
	const [header, first, second, third, ...rest] = csv.split("\r\n");
	assert.equal(
		header,
		"\ufeffSKU;Title;Note;gesso_key;gesso_status;gesso_image_url;gesso_description;gesso_prompt;gesso_error;gesso_credits",
	);
	assert.match(
		first ?? "",
		/^1;"Größe 3"" ";=1\+1;1;drawn;http:\S+\.webp;;"'=Größe 3""";;\d+$/,
	);
	assert.match(second ?? "", /^2;"a;b";;2;drawn;/);
	assert.match(third ?? "", /^;;;line-4;invalid;;;;.+;0$/);
	assert.deepEqual(rest, [""]);

	const again = await make(csv, { prompt: "{{Title}}", keyColumn: "SKU" });
	const resent = (await ask("GET", `${BATCHES}/${again}/results.csv`)).bytes;
	assert.equal(resent.toString().split("\r\n")[0], header);
});

test("a table is given back in the encoding in which it came, and in UTF-8 where that one lacks letters", async () => {
	const table = "SKU\tTitle\r\n1\tGröße\r\n";
	const wide = await make(Buffer.from(`\ufeff${table}`, "utf16le"));
	const back = await ask("GET", `${BATCHES}/${wide}/results.csv`);
	assert.match(String(back.headers["content-type"]), /charset=utf-16le$/);
	assert.match(
		back.bytes.toString("utf16le"),
		/^\ufeffSKU\tTitle\tgesso_key\t.*\r\n1\tGröße\t/,
	);
	const narrow = await make(Buffer.from(table, "latin1"));
	const told = (await ask("GET", `${BATCHES}/${narrow}`)).body.data.format;
	assert.equal(told.encoding, "windows-1252");
	const marked = await ask("GET", `${BATCHES}/${narrow}/results.csv`);
	assert.match(marked.bytes.toString(), /^\ufeffSKU\t.*\r\n1\tGröße\t/);
});

test("S0-22: the pictures come in a ZIP exactly as they were drawn, called as the batch says; the rows as JSON lines, and as a page", async () => {
	house.provider.script = () => ({ kind: "draw" });
	const id = await make("SKU,Title\n1,<b>pot</b>\n2,pan\n", {
		prompt: "{{Title}}",
		keyColumn: "SKU",
		fileName: "{row}-{key}",
		sampleCount: "2",
		name: "Pots & pans",
	});
	const at = `${BATCHES}/${id}`;
	assert.equal((await ask("GET", `${at}/pictures.zip`)).status, 409);
	await drawn(id);
	const zip = await ask("GET", `${at}/pictures.zip`);
	assert.equal(zip.headers["content-type"], "application/zip");
	const files = unzipped(zip.bytes);
	assert.deepEqual(
		[...files.keys()],
		["0001-1-1.png", "0001-1-2.png", "0002-2-1.png", "0002-2-2.png"],
	);
	const lines = (await ask("GET", `${at}/results.jsonl`)).bytes
		.toString()
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
	const { rows } = (await ask("GET", `${at}/rows`)).body.data;
	assert.deepEqual(lines, rows);
	const second = lines[1].images[1];
	const original = await ask("GET", `/v0/images/library/${second.id}/download`);
	assert.deepEqual(files.get("0002-2-2.png"), original.bytes);

	const page = await ask("GET", `${at}/contact-sheet`);
	assert.match(String(page.headers["content-type"]), /^text\/html/);
	const html = page.bytes.toString();
	assert.ok(html.includes("Pots &amp; pans"));
	assert.ok(html.includes("&lt;b&gt;pot&lt;/b&gt;") && !html.includes("<b>"));
	assert.ok(html.includes(`src="${second.thumbnailUrl}"`));
	assert.ok(!html.includes("<script"));

	await ask("DELETE", `/v0/images/library/${second.id}`);
	const fewer = unzipped((await ask("GET", `${at}/pictures.zip`)).bytes);
	assert.equal(fewer.size, 3);
});

test("another team finds nothing of a batch, and a deleted one is gone while its pictures stay", async () => {
	house.provider.script = () => ({ kind: "draw" });
	const id = await make("SKU,Title\n1,a\n", {
		prompt: "{{Title}}",
		keyColumn: "SKU",
	});
	await drawn(id);
	const at = `${BATCHES}/${id}`;
	const { url } = (await ask("GET", `${at}/rows/1`)).body.data.images[0];
	const { headers } = await house.otherTeam();
	const doors: readonly (readonly [
		"GET" | "POST" | "PATCH" | "DELETE",
		string,
		unknown?,
	])[] = [
		...[
			"",
			"/estimate",
			"/rows",
			"/rows/1",
			"/events",
			"/results.csv",
			"/results.jsonl",
			"/results.jsonl?form=gemini",
			"/requests.jsonl",
			"/pictures.zip",
			"/contact-sheet",
		].map((door) => ["GET", door] as const),
		...["start", "draw", "sample", "pause", "resume", "cancel", "retry"].map(
			(door) => ["POST", `/${door}`] as const,
		),
		["PATCH", "", { rowsAtOnce: 1 }],
		["PATCH", "/rows/1", { prompt: "mine" }],
		["DELETE", ""],
	];
	for (const [method, door, body] of doors) {
		const answer = await ask(method, at + door, body, headers);
		assert.equal(answer.status, 404, `${method} ${door}`);
		assert.equal(answer.body.code, "not_found");
	}
	assert.deepEqual(
		(await ask("GET", BATCHES, undefined, headers)).body.data.batches,
		[],
	);
	assert.equal((await ask("GET", `${at}/rows/2`)).status, 404);
	const listed = (await ask("GET", `${BATCHES}?limit=1`)).body.data;
	assert.equal(listed.batches[0].id, id);
	assert.equal(listed.hasMore, true);
	assert.equal((await ask("DELETE", at)).body.data.deleted, true);
	assert.equal((await ask("GET", at)).status, 404);
	assert.equal((await ask("GET", new URL(url).pathname)).status, 200);
});

test("S0-19, S0-21: descriptions are downloaded, as JSON lines and in the table, before anything is drawn", async (t) => {
	const painted = await openPlatform(t, { withPainter: true, credits: 1_000 });
	const created = await painted.ask("POST", BATCHES, {
		strategy: "describe-then-draw",
		prompt: "A {{Title}} in a room",
		keyColumn: "SKU",
		resolution: "low",
		rows: [{ SKU: "1", Title: "rug" }],
	});
	assert.equal(created.status, 201, JSON.stringify(created.body));
	const at = `${BATCHES}/${created.body.data.id}`;
	await painted.ask("POST", `${at}/start`);
	await waitUntil(
		async () => (await painted.ask("GET", at)).body.data.status === "described",
	);
	const lines = await painted.ask("GET", `${at}/results.jsonl`);
	assert.match(
		String(lines.headers["content-disposition"]),
		/^attachment; .*\.jsonl/,
	);
	const line = JSON.parse(lines.bytes.toString());
	assert.deepEqual([line.key, line.images], ["1", []]);
	assert.match(line.description, /rug in a room/);
	const table = await painted.ask("GET", `${at}/results.csv`);
	assert.ok(table.bytes.toString().includes(line.description.slice(0, 40)));
});
