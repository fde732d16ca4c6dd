/** Settings are declared once and read together, with every fault named. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { allSettings, readConfig } from "./config.ts";
import { SettingsError } from "./settings.ts";

test("an empty environment gives the defaults", () => {
	const config = readConfig({});
	assert.deepEqual(
		[config.http.host, config.http.port, config.house.dataDirectory],
		["127.0.0.1", 8000, "./data"],
	);
});

test("all faults are reported together, each naming the variable and what is allowed", () => {
	const read = () =>
		readConfig({
			PORT: "eighty",
			GESSO_SYNC_WAIT_SECONDS: "0",
			GESSO_LOG_LEVEL: "loud",
			PAINTER_ENABLED: "maybe",
			GESSO_PUBLIC_URL: "ftp://x",
		});
	assert.throws(read, (fault: unknown) => {
		assert.ok(fault instanceof SettingsError);
		const lines = fault.message.split("\n");
		assert.equal(lines.length, 5);
		assert.match(
			fault.message,
			/PORT is "eighty"; allowed is a whole number from 0 to 65535/,
		);
		assert.match(fault.message, /GESSO_SYNC_WAIT_SECONDS is "0"/);
		assert.match(
			fault.message,
			/GESSO_LOG_LEVEL is "loud"; allowed is one of fatal, error/,
		);
		assert.match(
			fault.message,
			/PAINTER_ENABLED is "maybe"; allowed is true or false/,
		);
		assert.match(fault.message, /GESSO_PUBLIC_URL is "ftp:\/\/x"/);
		return true;
	});
});

test("a secret that is wrong is not repeated in the message", () => {
	assert.throws(
		() => readConfig({ DATABASE_URL: "mysql://me:hunter2@host/db" }),
		(fault: unknown) => {
			assert.match(String(fault), /DATABASE_URL is a value; allowed is/);
			assert.doesNotMatch(String(fault), /hunter2/);
			return true;
		},
	);
});

test("every default is itself allowed, every meaning is said, and no variable is declared twice", () => {
	const settings = allSettings.flatMap(([, each]) => Object.values(each));
	const variables = settings.map(({ variable }) => variable);
	assert.equal(new Set(variables).size, variables.length);
	for (const setting of settings) {
		assert.notEqual(
			setting.parse(setting.default),
			undefined,
			setting.variable,
		);
		assert.ok(setting.meaning.length > 10, setting.variable);
	}
});

test("a list of proxies takes addresses, networks and names of networks, and nothing else", () => {
	const read = (GESSO_TRUSTED_PROXIES: string) =>
		readConfig({ GESSO_TRUSTED_PROXIES }).http.trustedProxies;
	assert.deepEqual(read(""), []);
	assert.deepEqual(read("loopback, 10.0.0.0/8,::1, 2001:db8::/32"), [
		"loopback",
		"10.0.0.0/8",
		"::1",
		"2001:db8::/32",
	]);
	for (const wrong of [
		"true",
		"*",
		"10.0.0",
		"10.0.0.0/33",
		"10.0.0.0/",
		"::1/129",
		"proxy.example",
		"10.0.0.1/8/8",
	])
		assert.throws(() => read(wrong), /GESSO_TRUSTED_PROXIES is/, wrong);
});
