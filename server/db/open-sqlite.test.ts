/** SQLite has one connection: everybody gets it in turn, and it is free again whatever happened. */
import assert from "node:assert/strict";
import path from "node:path";
import { type TestContext, test } from "node:test";
import SQLite from "better-sqlite3";
import { sql } from "kysely";
import { openTestPlace } from "../testing/test-place.ts";
import { openSqlite, withKeptStatements } from "./open-sqlite.ts";

async function openHouse(t: TestContext) {
	const place = await openTestPlace(t);
	const database = openSqlite(path.join(place.dataDirectory, "turns.db"));
	place.closeFirst(() => database.close());
	return database;
}

test("whoever waits for a transaction to end comes in the order of arrival", async (t) => {
	const { queries, transaction } = await openHouse(t);
	const { promise: isOver, resolve: end } = Promise.withResolvers<void>();
	const order: string[] = [];
	const ask = async (name: string) => {
		await sql`select 1`.execute(queries);
		order.push(name);
	};
	const first = transaction(async () => {
		await isOver;
		order.push("transaction");
	});
	const others = ["one", "two", "three", "four"].map(ask);
	end();
	await Promise.all([first, ...others]);
	assert.deepEqual(order, ["transaction", "one", "two", "three", "four"]);
});

test("what fails does not keep the others waiting", async (t) => {
	const { queries, transaction } = await openHouse(t);
	const outcomes = await Promise.allSettled([
		transaction(async () => {
			throw new Error("changed my mind");
		}),
		sql`select nonsense`.execute(queries),
		sql`select 1`.execute(queries),
		transaction(async (inside) => await sql`select 1`.execute(inside)),
	]);
	assert.deepEqual(
		outcomes.map(({ status }) => status),
		["rejected", "rejected", "fulfilled", "fulfilled"],
	);
});

test("the same text is prepared once, and a statement that is being read from is left alone", (t) => {
	const connection = new SQLite(":memory:");
	t.after(() => connection.close());
	const database = withKeptStatements(connection);
	const numbers =
		"select column1 as number from (values (1), (2)) where number > ?";
	const first = database.prepare(numbers);
	assert.equal(database.prepare(numbers), first);
	const reading = first.iterate([0]);
	assert.deepEqual(reading.next().value, { number: 1 });
	assert.deepEqual(database.prepare(numbers).all([1]), [{ number: 2 }]);
	assert.deepEqual(reading.next().value, { number: 2 });
	assert.equal(reading.next().done, true);
});

test("a kept statement outlives a change of its table, and is let go when many others came", (t) => {
	const connection = new SQLite(":memory:");
	t.after(() => connection.close());
	const database = withKeptStatements(connection);
	database.prepare("create table shelf (a integer)").run([]);
	database.prepare("insert into shelf values (?)").run([1]);
	const read = () => database.prepare("select * from shelf");
	const first = read();
	assert.deepEqual(first.all([]), [{ a: 1 }]);
	database.prepare("alter table shelf add column b integer").run([]);
	assert.deepEqual(read().all([]), [{ a: 1, b: null }]);
	for (let number = 0; number < 500; number++)
		database.prepare(`select ${number}`);
	assert.notEqual(read(), first);
});
