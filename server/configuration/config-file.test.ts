/** The configuration file: which one is read, what may stand in it, and how its faults are told. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { readConfigFile } from "./config-file.ts";

/** Seed 004's own block, to the letter. */
const SEED_004 = `llm_config:
  use_cases:
    text2image:
      provider: openrouter
      model: openai/dall-e-3

llm_providers:
  openrouter:
    available_models:
      text2image:
        - openai/dall-e-3
        - stability-ai/stable-diffusion-xl-base-1.0
        - black-forest-labs/flux-pro
        - black-forest-labs/flux-schnell
`;

function directoryWith(
	t: TestContext,
	files: Readonly<Record<string, string | Buffer>>,
): string {
	const directory = mkdtempSync(path.join(tmpdir(), "gesso-config-"));
	t.after(() => rmSync(directory, { recursive: true }));
	for (const [name, text] of Object.entries(files))
		writeFileSync(path.join(directory, name), text);
	return directory;
}

function read(
	directory: string | undefined,
	environment: Readonly<Record<string, string>> = {},
	named = "",
) {
	const faults: string[] = [];
	const file = readConfigFile({ named, directory }, environment, faults);
	return { file, faults };
}

function readGesso(
	t: TestContext,
	text: string | Buffer,
	environment: Readonly<Record<string, string>> = {},
) {
	return read(directoryWith(t, { "gesso.yaml": text }), environment);
}

test("without a file there is nothing to read, and nothing wrong", (t) => {
	for (const directory of [undefined, directoryWith(t, {})]) {
		const { file, faults } = read(directory);
		assert.equal(file.path, null);
		assert.deepEqual(faults, []);
	}
});

test("gesso.yaml is read before config.yaml, and the one that GESSO_CONFIG names before both", (t) => {
	const directory = directoryWith(t, {
		"config.yaml": "providers: {third: }",
		"gesso.yaml": "providers: {second: }",
		"named.yml": "providers: {first: }",
	});
	const names = (named: string) =>
		Object.keys(read(directory, {}, named).file.providers);
	assert.deepEqual(names(""), ["second"]);
	assert.deepEqual(names("named.yml"), ["first"]);
	assert.deepEqual(names(path.join(directory, "named.yml")), ["first"]);
	rmSync(path.join(directory, "gesso.yaml"));
	assert.deepEqual(names(""), ["third"]);
});

test("a file that GESSO_CONFIG names and that cannot be read is a fault that says why", (t) => {
	const directory = directoryWith(t, {
		"utf16.yaml": Buffer.from("\ufeffproviders:", "utf16le"),
		"huge.yaml": `# ${"x".repeat(1_048_576)}`,
	});
	mkdirSync(path.join(directory, "folder.yaml"));
	for (const [name, reason] of [
		["none.yaml", "there is no such file"],
		["folder.yaml", "it is no file"],
		["utf16.yaml", "it is not written in UTF-8"],
		["huge.yaml", "it is larger than 1048576 bytes"],
	] as const)
		assert.deepEqual(read(directory, {}, name).faults, [
			`${name} (GESSO_CONFIG): it cannot be read: ${reason}.`,
		]);
});

test("providers, models and retired names are taken as they stand", (t) => {
	const { file, faults } = readGesso(
		t,
		`# a comment
providers:
  studio:
    kind: some-kind
    url: http://10.0.0.5:8080/v1
    models: [flux, {id: big, providerModel: big-v2}]
  bare:
models:
  - id: flux
    creditPrices: {low: 1}
retired: [{id: old, successor: flux}]
`,
	);
	assert.deepEqual(faults, []);
	assert.deepEqual(file.providers, {
		studio: {
			kind: "some-kind",
			url: "http://10.0.0.5:8080/v1",
			models: ["flux", { id: "big", providerModel: "big-v2" }],
		},
		bare: {},
	});
	assert.deepEqual(file.models, [{ id: "flux", creditPrices: { low: 1 } }]);
	assert.deepEqual(file.retired, [{ id: "old", successor: "flux" }]);
});

test("an empty file, and keys with nothing behind them, are as good as none", (t) => {
	for (const text of [
		"",
		"# nothing\n",
		"providers:\nmodels:\nllm_config:\nllm_providers:\n",
		"llm_config: {use_cases: }",
		"llm_config: {use_cases: {text2image: }}",
		"llm_config: {use_cases: {text2image: {provider: , model: ''}}}",
	]) {
		const { file, faults } = readGesso(t, text);
		assert.deepEqual(faults, [], text);
		assert.deepEqual([file.providers, file.models], [{}, []]);
		assert.equal(file.llm.text2image, undefined);
	}
});

test("S4-30: the configuration of seed 004 works as written, as config.yaml and as gesso.yaml", (t) => {
	for (const name of ["config.yaml", "gesso.yaml"]) {
		const { file, faults } = read(directoryWith(t, { [name]: SEED_004 }));
		assert.deepEqual(faults, []);
		assert.deepEqual(file.llm, {
			text2image: { provider: "openrouter", model: "openai/dall-e-3" },
			providers: {
				openrouter: {
					models: [
						"openai/dall-e-3",
						"stability-ai/stable-diffusion-xl-base-1.0",
						"black-forest-labs/flux-pro",
						"black-forest-labs/flux-schnell",
					],
				},
			},
		});
	}
});

test("of another program's config.yaml only what says who draws is looked at", (t) => {
	const text = `server: {port: 5001, secret: "\${NOT_OURS}"}
cache: !custom {collection: x}
llm_config:
  use_cases:
    transcription: {provider: openai, model: "\${NOT_OURS}"}
    text2image: {provider: openrouter, model: a/b}
  presets: [1, 2]
llm_providers:
  openai:
    api_key: \${NOT_OURS}
    available_models: {transcription: [whisper-1]}
  mistral: a text
  openrouter:
    api_key: \${ROUTER_KEY}
    api_base: https://router.example/api/v1
    additional_config: {referer: "\${NOT_OURS}"}
    available_models: {chat_completion: ["\${NOT_OURS}"]}
`;
	const environment = { ROUTER_KEY: "sk-1" };
	const shared = read(directoryWith(t, { "config.yaml": text }), environment);
	assert.deepEqual(shared.faults, []);
	assert.deepEqual(shared.file.llm.providers, {
		openrouter: {
			apiKey: "sk-1",
			url: "https://router.example/api/v1",
			models: [],
		},
	});
	assert.deepEqual(readGesso(t, text, environment).faults, [
		"gesso.yaml: server is no key of it; allowed are providers, models, retired, llm_config, llm_providers.",
		"gesso.yaml: cache is no key of it; allowed are providers, models, retired, llm_config, llm_providers.",
	]);
	assert.deepEqual(read(directoryWith(t, { "config.yaml": text })).faults, [
		"config.yaml: line 14, column 14: llm_providers.openrouter.api_key needs the environment variable ROUTER_KEY, which is not set.",
	]);
});

test("an entry that the other program has switched off stays off", (t) => {
	const { file } = readGesso(
		t,
		"llm_providers: {a: {enabled: false, available_models: {text2image: [m]}}}",
	);
	assert.deepEqual(file.llm.providers, {
		a: { enabled: false, models: ["m"] },
	});
});

test("texts take their variables from the environment", (t) => {
	const { file, faults } = readGesso(
		t,
		`providers:
  a:
    key: \${KEY}
    mixed: "http://\${HOST}:\${PORT:-80}/\${PATH_:-}v1"
    fallback: \${NONE:-x:y}
    emptyFallback: \${EMPTY:-x}
    leftOut: \${NONE:-}
    list: [a, "\${NONE:-}", b]
    literal: $\${KEY} and $5
`,
		// biome-ignore lint/suspicious/noTemplateCurlyInString: what a variable holds is not read again
		{ KEY: "sk-${HOST}", HOST: "h", EMPTY: "" },
	);
	assert.deepEqual(faults, []);
	assert.deepEqual(file.providers.a, {
		// biome-ignore lint/suspicious/noTemplateCurlyInString: what a variable holds is not read again
		key: "sk-${HOST}",
		mixed: "http://h:80/v1",
		fallback: "x:y",
		emptyFallback: "x",
		list: ["a", "b"],
		// biome-ignore lint/suspicious/noTemplateCurlyInString: this is what was escaped
		literal: "${KEY} and $5",
	});
});

test("a variable alone may become a number or a truth, unless it stands in quotes", (t) => {
	const { file } = readGesso(
		t,
		`providers:
  a: {number: "\${N}", part: "1\${N}"}
  b:
    number: \${N}
    truth: \${T:-false}
    zip: \${Z}
    long: \${L}
`,
		{ N: "4", Z: "007", L: "12345678901234567890123" },
	);
	assert.deepEqual(file.providers.a, { number: "4", part: "14" });
	assert.deepEqual(file.providers.b, {
		number: 4,
		truth: false,
		zip: "007",
		long: "12345678901234567890123",
	});
});

test("a variable that is not set, or that is none, is a fault that names the place and repeats no value", (t) => {
	const { faults } = readGesso(
		t,
		`providers:
  a:
    key: sk-secret-\${NONE}
    list: ["\${constructor}"]
  b: {x: "\${not a name}", y: "sk-secret \${open"}
`,
	);
	assert.equal(faults.length, 4);
	assert.equal(
		faults[0],
		"gesso.yaml: line 3, column 10: providers.a.key needs the environment variable NONE, which is not set.",
	);
	assert.match(faults[1] ?? "", /list\.0 needs .* constructor/);
	assert.match(faults[2] ?? "", /providers\.b\.x has a \$\{ that begins no/);
	assert.match(faults[3] ?? "", /providers\.b\.y has a \$\{ that begins no/);
	assert.doesNotMatch(faults.join(), /sk-secret/);
});

test("what is no YAML is told by line and column, without what stands there", (t) => {
	for (const [text, fault] of [
		["providers:\n  a: b: sk-secret\n", /line 2, column 6: Nested mappings/],
		["providers:\n\ta: 1\n", /line 2, column 1: Tabs are not allowed/],
		["providers: {}\nproviders: {}\n", /line 2, column 1: Map keys must be/],
		["a: 1\n---\nb: 2\n", /line 2, column 1: a second document/],
		["- a\n", /it has to consist of keys/],
		["sk-secret", /it has to consist of keys/],
		["providers: [a]", /providers: Invalid input: expected record/],
		["providers: {a: b}", /providers\.a: Invalid input: expected record/],
		["providers: {a: {key: !vault sk-secret}}", /providers\.a\.key has a tag/],
		["models: {a: b}", /models: Invalid input: expected array/],
		["llm_config: [a]", /llm_config: Invalid input: expected object/],
		[
			"llm_config: {use_cases: {text2image: {model: [a]}}}",
			/llm_config\.use_cases\.text2image\.model: Invalid input/,
		],
		[
			"llm_providers: {a: {available_models: {text2image: [{}]}}}",
			/llm_providers\.a\.available_models\.text2image\.0: Invalid input/,
		],
		['providers: {a: "sk-secret', /line 1, column \d+: Missing closing/],
	] as const) {
		const { faults } = readGesso(t, text);
		assert.match(faults.join("\n"), fault, text);
		assert.match(faults[0] ?? "", /^gesso\.yaml: /);
		assert.doesNotMatch(faults.join(), /sk-secret/);
	}
});

test("a reference may stand for another place, but not for gigabytes or for ever", (t) => {
	const { file, faults } = readGesso(
		t,
		"providers:\n  a: &a {url: x}\n  b: *a\n",
	);
	assert.deepEqual(faults, []);
	assert.deepEqual(file.providers.b, { url: "x" });

	const bomb = ["models:", "  - &x0 [a, a, a, a, a, a, a, a, a, a]"];
	for (let level = 1; level < 12; level++)
		bomb.push(
			`  - &x${level} [${Array(10)
				.fill(`*x${level - 1}`)
				.join(", ")}]`,
		);
	for (const [text, reason] of [
		[bomb.join("\n"), /refers to other places too often/],
		["providers: &a {b: *a}", /too deep|too often|not there/],
		["providers: {a: *none}", /refers to a place that is not there/],
		[`models: ${"[".repeat(99)}${"]".repeat(99)}`, /nested too deep/],
		[`models: ${"[".repeat(50_000)}`, /gesso\.yaml: /],
	] as const) {
		const { faults } = readGesso(t, text);
		assert.match(faults.join("\n"), reason);
		assert.ok(faults.length <= 3, text.slice(0, 40));
	}
});

test("no key reaches behind an object", (t) => {
	const { file, faults } = readGesso(
		t,
		"providers: {a: {__proto__: {admin: true}}, constructor: {x: 1}}",
	);
	assert.match(faults.join(), /providers\.a has a key __proto__/);
	assert.equal("admin" in (file.providers.a ?? {}), false);
	assert.equal("admin" in {}, false);
	const outermost = readGesso(t, "__proto__: {providers: {a: }}");
	assert.match(outermost.faults.join(), /__proto__ is no key of it/);
});
