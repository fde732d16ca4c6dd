/** The tables come into being the same way on both databases. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { openTestPlace } from "../testing/test-place.ts";
import { openDatabase } from "./open-database.ts";

test("a database is brought up to date, and opening it again changes nothing", async (t) => {
	const place = await openTestPlace(t);
	const open = () =>
		openDatabase({
			url: place.databaseUrl,
			dataDirectory: place.dataDirectory,
			report: () => {},
		});
	const first = await open();
	await first.transaction(async (transaction) => {
		await transaction
			.insertInto("teams")
			.values({
				id: "team_a",
				kind: "team",
				name: "a",
				balance_credits: 5,
				tier: null,
				default_model: null,
				created_at: 1,
			})
			.execute();
	});
	await first.close();
	const second = await open();
	const teams = await second.queries.selectFrom("teams").selectAll().execute();
	await second.close();
	assert.deepEqual(teams, [
		{
			id: "team_a",
			kind: "team",
			name: "a",
			balance_credits: 5,
			tier: null,
			default_model: null,
			created_at: 1,
		},
	]);
});

test("several processes may start on an empty database at once", async (t) => {
	const place = await openTestPlace(t);
	const script = `
		import { openDatabase } from ${JSON.stringify(import.meta.resolve("./open-database.ts"))};
		const database = await openDatabase({
			url: ${JSON.stringify(place.databaseUrl)},
			dataDirectory: ${JSON.stringify(place.dataDirectory)},
			report: console.error,
		});
		await database.close();`;
	const runs = [1, 2, 3].map(() =>
		promisify(execFile)(process.execPath, [
			"--input-type=module",
			"--eval",
			script,
		]),
	);
	await assert.doesNotReject(Promise.all(runs));
});

test("a balance below zero is refused by the database itself", async (t) => {
	const place = await openTestPlace(t);
	const database = await openDatabase({
		url: place.databaseUrl,
		dataDirectory: place.dataDirectory,
		report: () => {},
	});
	place.closeFirst(() => database.close());
	const insertion = database.queries
		.insertInto("teams")
		.values({
			id: "team_a",
			kind: "team",
			name: "a",
			balance_credits: -1,
			tier: null,
			default_model: null,
			created_at: 1,
		})
		.execute();
	await assert.rejects(insertion, /check/i);
});
