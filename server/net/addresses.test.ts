/** Every range that is not the public internet is refused, in every disguise. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isPublicAddress } from "./addresses.ts";

const REFUSED = {
	"this network": ["0.0.0.0", "0.1.2.3", "::"],
	"this machine": ["127.0.0.1", "127.255.255.254", "::1"],
	"private networks": [
		"10.0.0.1",
		"10.255.255.255",
		"172.16.0.1",
		"172.31.255.255",
		"192.168.0.1",
		"192.168.255.255",
		"fc00::1",
		"fd00:ec2::254",
		"fdff:ffff::1",
		"fec0::1",
	],
	"networks behind a carrier": [
		"100.64.0.1",
		"100.100.100.200",
		"100.127.255.255",
	],
	"the link and its metadata services": [
		"169.254.0.1",
		"169.254.169.254",
		"fe80::1",
		"fe80::1%eth0",
		"febf::1",
		"168.63.129.16",
	],
	"protocol assignments": [
		"192.0.0.1",
		"192.0.0.192",
		"192.88.99.1",
		"2001::1:1",
	],
	"benchmarks and examples": [
		"198.18.0.1",
		"198.19.255.255",
		"192.0.2.1",
		"198.51.100.1",
		"203.0.113.1",
		"2001:2::1",
		"2001:db8::1",
		"3fff::1",
	],
	"groups and everyone": [
		"224.0.0.1",
		"239.255.255.255",
		"255.255.255.255",
		"ff02::1",
	],
	"what is reserved": ["240.0.0.1", "254.255.255.255", "100::1", "5f00::1"],
	"what was never given out": [
		"::127.0.0.1",
		"::8.8.8.8",
		"::808:808",
		"4000::1",
		"1::1",
	],
	"private addresses inside others": [
		"::ffff:127.0.0.1",
		"::ffff:7f00:1",
		"::ffff:169.254.169.254",
		"::ffff:0:127.0.0.1",
		"2002:7f00:1::1",
		"2002:a00:1::",
		"64:ff9b::127.0.0.1",
		"64:ff9b::a9fe:a9fe",
		"64:ff9b:1::8.8.8.8",
		"2001:0:a00:1::f7f7:f7f7",
		"2001:0:808:808::80ff:fffe",
	],
	"what is no address": [
		"",
		"localhost",
		"1.2.3",
		"8.8.8.8.8",
		"::g",
		"300.1.1.1",
		" 8.8.8.8",
	],
};

describe("an address", () => {
	for (const [what, addresses] of Object.entries(REFUSED)) {
		it(`is not public among ${what}`, () => {
			for (const address of addresses)
				assert.equal(isPublicAddress(address), false, address);
		});
	}

	it("is public anywhere else", () => {
		for (const address of [
			"1.1.1.1",
			"8.8.8.8",
			"9.255.255.255",
			"11.0.0.1",
			"100.63.255.255",
			"100.128.0.1",
			"126.255.255.255",
			"128.0.0.1",
			"169.253.255.255",
			"172.15.255.255",
			"172.32.0.1",
			"192.167.255.255",
			"192.169.0.1",
			"198.17.255.255",
			"198.20.0.1",
			"223.255.255.255",
			"2606:4700:4700::1111",
			"2a00:1450:4001:80b::200e",
			"::ffff:8.8.8.8",
			"2002:808:808::1",
			"64:ff9b::8.8.8.8",
		])
			assert.equal(isPublicAddress(address), true, address);
	});

	it("is as public as the IPv4 address it carries, however it carries it", () => {
		const byte = fc.integer({ min: 0, max: 255 });
		fc.assert(
			fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
				const dotted = bytes.join(".");
				const hex = Buffer.from(bytes).toString("hex");
				const words = `${hex.slice(0, 4)}:${hex.slice(4)}`;
				const expected = isPublicAddress(dotted);
				for (const carrier of [
					`::ffff:${dotted}`,
					`::ffff:${words}`,
					`2002:${words}::1`,
					`64:ff9b::${words}`,
				])
					assert.equal(isPublicAddress(carrier), expected, carrier);
			}),
		);
	});
});
