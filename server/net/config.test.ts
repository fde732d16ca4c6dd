/** The settings of outbound fetches take what can work and name what cannot. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSettings } from "../settings.ts";
import { readAllowedHost } from "./allowed-host.ts";
import { netSettings } from "./config.ts";

describe("the settings of outbound fetches", () => {
	function read(environment: Record<string, string>) {
		const faults: string[] = [];
		return { ...readSettings(netSettings, environment, faults), faults };
	}

	it("allow no host inside and half a minute by default", () => {
		assert.deepEqual(read({}), {
			allowedHosts: [],
			timeoutSeconds: 30,
			faults: [],
		});
	});

	it("take hosts with a port and without", () => {
		const hosts = ["pictures.lan", "minio:9000", "10.0.0.5", "[fd00::1]:80"];
		const { allowedHosts, faults } = read({
			GESSO_OUTBOUND_ALLOWED_HOSTS: hosts.join(", "),
		});
		assert.deepEqual(allowedHosts, hosts);
		assert.deepEqual(faults, []);
	});

	it("refuse what could never match a host", () => {
		for (const text of [
			"http://minio:9000",
			"minio:9000/bucket",
			"minio:70000",
			"user@minio",
			"*.lan",
			"[::1",
			"10.0.0.256",
			"fine.lan, not fine",
		]) {
			const { faults } = read({ GESSO_OUTBOUND_ALLOWED_HOSTS: text });
			assert.match(faults.join(), /GESSO_OUTBOUND_ALLOWED_HOSTS.*hosts/, text);
		}
	});

	it("spell a host as a URL does", () => {
		assert.equal(readAllowedHost("MinIO.LAN:9000"), "minio.lan:9000");
		assert.equal(readAllowedHost("minio:80"), "minio:80");
		assert.equal(readAllowedHost("[FD00:0::1]:81"), "[fd00::1]:81");
		assert.equal(readAllowedHost("0x7f.1"), "127.0.0.1");
	});
});
