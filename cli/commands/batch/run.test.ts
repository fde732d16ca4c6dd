/** `gesso batch run`, as its user runs it: to the end, again, interrupted, killed, refused, and with rows that fail. */
import assert from "node:assert/strict";
import {
	existsSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { waitUntil } from "../../../server/testing/wait-until.ts";
import { openFolder, openGesso, startGesso } from "../../testing/run-gesso.ts";

const TABLE = "SKU,Title\n1,a lake\n2,a forest\n3,a desert\n";
const RUN = [
	"batch",
	"run",
	"places.csv",
	"--prompt",
	"{{Title}}",
	"--key-column",
	"SKU",
	"--resolution",
	"low",
	"--max-photos",
	"0",
	"--out",
	"pictures",
];

async function openShop(t: TestContext, table = TABLE) {
	const shop = await openGesso(t);
	writeFileSync(path.join(shop.directory, "places.csv"), table);
	const inFolder = (...names: readonly string[]) =>
		path.join(shop.directory, "pictures", ...names);
	return {
		...shop,
		inFolder,
		run: (...more: readonly string[]) => shop.gesso(...RUN, ...more),
		pictures: () =>
			existsSync(inFolder())
				? readdirSync(inFolder())
						.filter((name) => name.endsWith(".png"))
						.sort()
				: [],
		batchId: () =>
			JSON.parse(readFileSync(inFolder(".gesso.json"), "utf8"))
				.batchId as string,
	};
}

test("S0-22: every row's picture is in the folder as it was drawn, and running again draws, pays and fetches nothing", async (t) => {
	const shop = await openShop(t);
	const first = await shop.run("--yes");
	assert.equal(first.code, 0, first.stderr);
	assert.match(first.stdout, /places\.csv, 3 rows/);
	assert.match(first.stdout, /3 credits/);
	assert.match(first.stdout, /3 of 3 drawn/);
	assert.match(first.stdout, /3 pictures in pictures/);
	assert.deepEqual(shop.pictures(), ["1.png", "2.png", "3.png"]);
	assert.match(
		readFileSync(shop.inFolder("results.csv"), "utf8"),
		/^SKU,Title,gesso_key,.*\n1,a lake,1,drawn,http/,
	);
	const { data } = (await (
		await shop.ask("GET", `/batches/${shop.batchId()}/rows/2`)
	).json()) as { data: { images: { id: string }[] } };
	const original = await shop.ask(
		"GET",
		`/images/library/${data.images[0]?.id}/download`,
	);
	assert.deepEqual(
		readFileSync(shop.inFolder("2.png")),
		Buffer.from(await original.arrayBuffer()),
	);
	assert.equal(await shop.balance(), 97);

	const fetched = shop.received(/download/).length;
	const begun = shop.received(/^POST/).length;
	const again = await shop.run("--yes");
	assert.equal(again.code, 0, again.stderr);
	assert.match(again.stdout, /3 pictures in pictures, all of them from before/);
	assert.equal(shop.received(/download/).length, fetched);
	assert.equal(shop.received(/^POST/).length, begun);

	rmSync(shop.inFolder("2.png"));
	writeFileSync(shop.inFolder("3.png"), "spoilt");
	const mended = await shop.run();
	assert.equal(mended.code, 0, "nothing is asked when nothing is paid for");
	assert.match(mended.stdout, /2 of them new/);
	assert.ok(readFileSync(shop.inFolder("3.png")).length > 100);
	assert.equal(await shop.balance(), 97);
});

test("without a terminal and without --yes the price is told, and nothing is drawn", async (t) => {
	const shop = await openShop(t);
	const { code, stdout, stderr } = await shop.run();
	assert.equal(code, 2);
	assert.match(stdout, /price +3 credits/);
	assert.match(stderr, /Draw 3 pictures for 3 credits\?.*no terminal/);
	assert.match(stderr, /--yes/);
	assert.equal(shop.received(/start/).length, 0);
	assert.equal(await shop.balance(), 100);
});

test("--dry-run tells what is in the table and what it costs, and leaves nothing behind", async (t) => {
	const shop = await openShop(t);
	const { code, stdout } = await shop.run("--dry-run");
	assert.equal(code, 0);
	assert.match(stdout, /columns +SKU \(number\) · Title/);
	assert.match(stdout, /prompt +a lake/);
	assert.match(stdout, /price +direct: 3 credits/);
	assert.ok(!existsSync(shop.inFolder()));
	const { data } = (await (await shop.ask("GET", "/batches")).json()) as {
		data: { batches: object[] };
	};
	assert.deepEqual(data.batches, []);
});

test("a command that is killed in the middle goes on where it was, and nothing is paid twice", async (t) => {
	const slow = TABLE.replace("a forest", "a forest painter-slow-1s");
	const shop = await openShop(t, slow);
	const one = ["--rows-at-once", "1", "--yes"];
	const { child, ended } = shop.start(...RUN, ...one);
	await waitUntil(() => shop.pictures().length > 0);
	child.kill("SIGKILL");
	await ended;
	assert.ok(existsSync(shop.inFolder(".gesso", "lock")));
	const { code, stdout, stderr } = await shop.run(...one);
	assert.equal(code, 0, stderr);
	assert.match(stdout, /3 pictures in pictures/);
	assert.equal(await shop.balance(), 97);
	const fetched = shop.received(/download/);
	assert.equal(new Set(fetched).size, 3);
	assert.equal(shop.received(/^POST .*\/batches$/).length, 1);
});

test("Ctrl-C leaves the work to the server, and says how to come back", async (t) => {
	const shop = await openShop(
		t,
		TABLE.replaceAll(/,a (\w+)/g, ",a $1 painter-slow-1s"),
	);
	const { child, ended } = shop.start(...RUN, "--yes");
	await waitUntil(() => shop.received(/events/).length > 0);
	child.kill("SIGINT");
	const { code, stderr } = await ended;
	assert.equal(code, 130);
	assert.match(stderr, /What was begun goes on at the server/);
	assert.ok(!existsSync(shop.inFolder(".gesso", "lock")));
	const back = await shop.run();
	assert.equal(back.code, 0, back.stderr);
	assert.equal(shop.pictures().length, 3);
	assert.equal(await shop.balance(), 97);
});

test("S0-33: rows that fail are told with their lines, leave exit code 1, and are tried again by --retry", async (t) => {
	const shop = await openShop(
		t,
		`${TABLE.replace("a forest", "a forest painter-fail")}4,"no end`,
	);
	const first = await shop.run("--yes");
	assert.equal(first.code, 1);
	assert.match(first.stdout, /1 row cannot be drawn/);
	assert.match(first.stdout, /line 5: a quote is opened and never closed/);
	assert.match(first.stdout, /✗ 1 row failed:\n +line 3 +2 +The prompt says/);
	assert.match(first.stdout, /the same command with --retry/);
	assert.deepEqual(shop.pictures(), ["1.png", "3.png"]);
	assert.equal(await shop.balance(), 98);

	const retries = () => shop.received(/\/retry$/).length;
	await shop.run("--yes");
	assert.equal(retries(), 0, "--yes alone tries nothing again");
	const asked = await shop.run("--retry");
	assert.equal(asked.code, 2, "and --retry alone asks");
	await shop.ask("PATCH", `/batches/${shop.batchId()}/rows/2`, {
		prompt: "a forest",
	});
	const again = await shop.run("--retry", "--yes");
	assert.equal(again.code, 1, "one row is still no row");
	assert.equal(retries(), 1);
	assert.match(again.stdout, /3 pictures in pictures, 1 of them new/);
	assert.doesNotMatch(again.stdout, /failed/);
	assert.equal(await shop.balance(), 97);
});

test("another table, other options and another server are told, and --new begins anew", async (t) => {
	const shop = await openShop(t);
	await shop.run("--yes");
	const refused = async (pattern: RegExp, ...more: readonly string[]) => {
		const { code, stderr } = await shop.run("--yes", ...more);
		assert.equal(code, 2);
		assert.match(stderr, pattern);
		assert.match(stderr, /--new/);
	};
	await refused(/--model was left out, is painter/, "--model", "painter");
	await refused(/is at http.*, not at http/, "--server", "http://127.0.0.1:1");
	writeFileSync(path.join(shop.directory, "places.csv"), `${TABLE}4,a city\n`);
	await refused(/places\.csv has changed since/);
	const { code, stdout } = await shop.run("--yes", "--new");
	assert.equal(code, 0);
	assert.match(stdout, /4 pictures/);
	assert.equal(await shop.balance(), 93);
});

test("a sample is drawn first, and with --yes nothing more", async (t) => {
	const shop = await openShop(t);
	const sampled = await shop.run("--sample", "1", "--yes");
	assert.equal(sampled.code, 0, sampled.stderr);
	assert.match(sampled.stdout, /without --sample/);
	assert.deepEqual(shop.pictures(), ["1.png"]);
	assert.equal(await shop.balance(), 99);
	const rest = await shop.run("--yes");
	assert.match(rest.stdout, /3 pictures in pictures, 2 of them new/);
	assert.equal(await shop.balance(), 97);
});

test("S0-20: descriptions are saved to be read, and drawn when somebody says so", async (t) => {
	const shop = await openShop(t);
	const { code, stdout, stderr } = await shop.run(
		"--yes",
		"--strategy",
		"describe-then-draw",
	);
	assert.equal(code, 0, stderr);
	assert.match(stdout, /3 descriptions to read in pictures\/results\.csv/);
	assert.deepEqual(shop.pictures(), ["1.png", "2.png", "3.png"]);
});

test("what the server refuses is told in the command's words, and a folder belongs to one command at a time", async (t) => {
	const shop = await openShop(t);
	const wrong = await shop.run("--yes", "--strategy", "soon");
	assert.equal(wrong.code, 2);
	assert.match(wrong.stderr, /--strategy: .*describe-then-draw/);
	writeFileSync(shop.inFolder(".gesso", "lock"), String(process.pid));
	const busy = await shop.run("--new", "--yes");
	assert.equal(busy.code, 2);
	assert.match(busy.stderr, /Another gesso command is at work in .*pictures/);
	const none = await shop.gesso("batch", "run", "none.csv");
	assert.equal(none.code, 2);
	assert.match(none.stderr, /There is no file none\.csv/);
});

test("the commands about a batch show it, list it, try it again and cancel it", async (t) => {
	const shop = await openShop(
		t,
		TABLE.replace("a forest", "a forest painter-fail"),
	);
	assert.match((await shop.gesso("batch", "list")).stdout, /No batches yet/);
	await shop.run("--yes");
	const id = shop.batchId();
	const listed = await shop.gesso("batch", "list");
	assert.match(listed.stdout, new RegExp(`^${id} .*2 of 3 drawn, 1 failed`));
	const shown = await shop.gesso("batch", "show", id);
	assert.match(shown.stdout, /rows +3 · 2 drawn · 1 failed/);
	assert.match(shown.stdout, new RegExp(`gesso batch retry ${id}`));
	assert.equal((await shop.gesso("batch", "retry", id)).code, 2);
	const retried = await shop.gesso("batch", "retry", id, "--yes");
	assert.match(retried.stdout, /1 row begun/);
	await shop.run("--yes");
	const late = await shop.gesso("batch", "cancel", id);
	assert.equal(late.code, 2);
	assert.match(late.stderr, /Nothing of this catalogue is under way/);
});

test("without a server the command runs one of its own, which ends with it, even when it is killed", async (t) => {
	const directory = openFolder(t);
	writeFileSync(
		path.join(directory, "places.csv"),
		TABLE.replace("a desert", "a desert painter-slow-1s"),
	);
	const start = () =>
		startGesso([...RUN, "--yes", "--server", "own", "--rows-at-once", "1"], {
			directory,
			environment: { PAINTER_DRAFT: "true", PAINTER_THREADS: "1" },
		});
	const inFolder = (name: string) => path.join(directory, "pictures", name);
	const serverPid = () =>
		Number(readFileSync(inFolder(".gesso/server/process-id"), "utf8"));
	const { child, ended } = start();
	await waitUntil(() => existsSync(inFolder("1.png")));
	const killed = serverPid();
	child.kill("SIGKILL");
	await ended;
	await waitUntil(() => !isAlive(killed));

	const { code, stdout, stderr } = await start().ended;
	assert.equal(code, 0, stderr);
	assert.match(stdout, /3 pictures in pictures/);
	assert.doesNotMatch(stdout, /balance/, "its credits are nobody's money");
	assert.notEqual(serverPid(), killed);
	assert.ok(!isAlive(serverPid()));
});

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
