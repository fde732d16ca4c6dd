/** A template over columns is checked when it is given, says where it is wrong, and takes what fields say for text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EngineError } from "../../errors.ts";
import { plainText } from "./plain-text.ts";
import { readPromptTemplate } from "./prompt-template.ts";
import { tidyText } from "./tidy-text.ts";

const columns = ["Title", "Rug Pile", "Pile", "Body (HTML)", "size", 'Q"x'];
const fields = [
	" Heriz ",
	"Wool",
	"  ",
	"<p>Soft &amp; <b>warm</b></p>",
	"8",
	"q",
];

function read(text: string) {
	return readPromptTemplate(text, { field: "prompt", columns });
}

const fillings: readonly (readonly [string, string])[] = [
	["{{Title}} of {{ size }}", "Heriz of 8"],
	[
		"{{ Rug Pile }}, {{Rug Pile|lower}}, {{- Rug Pile | upper -}}.",
		"Wool, wool,WOOL.",
	],
	['{{ ["Rug Pile"] | downcase }}', "wool"],
	['{{ Pile | default: ["Rug Pile"] | default: "silk" }}', "Wool"],
	['{{ Pile | default: "silk" }}', "silk"],
	['{% if ["Rug Pile"] == "Wool" %}warm{% else %}cool{% endif %}', "warm"],
	["{% if Pile %}piled{% endif %}{% unless Pile %}bare{% endunless %}", "bare"],
	['{% case size %}{% when "8" %}eight{% endcase %}', "eight"],
	['{% assign name = Title | replace: "z", "$&" %}{{ name }}', "Heri$&"],
	["{{ Body (HTML) | strip_html | trim }}", "Soft & warm"],
	[`{{ ['Q"x'] }}`, "q"],
	["  a  {{ Pile }}  b \r\n\n\n\n c ", "a b\n\nc"],
];
for (const [template, prompt] of fillings) {
	test(`the template ${JSON.stringify(template)} is filled in`, () => {
		assert.equal(read(template).render(fields), prompt);
	});
}

const mistakes: readonly (readonly [string, RegExp])[] = [
	[
		"{{ Rug Pile }}\n{{ Rug Pile }} {{ Titel }}",
		/^Line 2, column 19: there is no column "Titel"/,
	],
	["{{ title }}", /There is "Title"\./],
	["{{ Title | append: Foo }}", /^Line 1, column 20: there is no column "Foo"/],
	[
		"{{ Rug Pile }}{{ Title | nope }}",
		/^Line 1, column 15: undefined filter: nope/,
	],
	["a {{ Title", /^Line 1, column 3: .* not closed/],
	["{% if Title %}x", /not closed/],
	["{{ Title.length }}", /has no parts/],
	["{{ Title[size] }}", /has no parts/],
	['{% include "secret" %}', /tag "include" not found/],
	['{% render "secret" %}', /tag "render" not found/],
	["{% for x in (1..9) %}{% endfor %}", /tag "for" not found/],
	['{{ "now" | date: "%Y" }}', /undefined filter: date/],
	["{{ constructor }}{{ __proto__ }}", /there is no column "constructor"/],
	["x".repeat(16_001), /16001 characters; at most 16000/],
];
for (const [template, message] of mistakes) {
	test(`the template ${JSON.stringify(template.slice(0, 40))} is refused, naming the place`, () => {
		assert.throws(
			() => read(template),
			(error: unknown) => {
				assert.ok(error instanceof EngineError);
				assert.equal(error.code, "invalid_request");
				assert.equal(error.details.field, "prompt");
				assert.match(error.message, message);
				return true;
			},
		);
	});
}

test("a template tells which columns it speaks of", () => {
	assert.deepEqual(
		read('{{ Title }}{{ Title }}{% if ["Rug Pile"] %}{{ size }}{% endif %}')
			.columns,
		["Title", "Rug Pile", "size"],
	);
});

test("whatever a field says is text, and a column may be called whatever it likes", () => {
	const odd = ["true", "nil", "__proto__", "constructor", "first", "a.b"];
	const template = readPromptTemplate(
		odd.map((name) => `<{{ ${name} }}>`).join(""),
		{ field: "prompt", columns: odd },
	);
	fc.assert(
		fc.property(
			fc.array(
				fc.oneof(
					fc.string({ unit: "grapheme" }),
					fc.constantFrom("{{ true }}", "{% if %}", "{{", "$&", "%}"),
				),
				{ minLength: odd.length, maxLength: odd.length },
			),
			(values) => {
				assert.equal(
					template.render(values),
					tidyText(values.map((value) => `<${value.trim()}>`).join("")),
				);
			},
		),
	);
});

test("a prompt that grows without end is stopped, and so is one too long to draw", () => {
	const growing = read(
		`{% assign a = "${"a".repeat(50)}" %}${"{% assign a = a | append: a %}".repeat(30)}{{ a }}`,
	);
	assert.throws(() => growing.render(fields), /too long a text/);
	assert.throws(
		() => read("{{ Title }}").render(["x".repeat(32_001)]),
		/32001 characters long; at most 32000/,
	);
});

test("HTML of a shop becomes its words, and what only looks like it stays", () => {
	assert.equal(
		tidyText(
			plainText(
				"<style>p{}</style><p>Wool &amp; silk,<br/>5&#39; x 8&#x27;</p><!-- x --><li>5 < 6</li> &bogus; <3 <",
			),
		),
		"Wool & silk, 5' x 8' 5 < 6 &bogus; <3 <",
	);
	const hostile = `${"<".repeat(20_000)}<a`;
	assert.equal(plainText(hostile), hostile);
});
