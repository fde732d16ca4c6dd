// Runs the rest of its command line on Node 24: the one this repository installs from npm, or the one it was started with.
// Plain CommonJS in old syntax, because it is the only file that an older Node has to understand.

const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { join } = require("node:path");

/** The repository's own Node for this platform, or null where npm has none to install. */
function ownNode() {
	const platform = process.platform === "win32" ? "win" : process.platform;
	try {
		return require.resolve(
			`node-${platform}-${process.arch}/bin/node${platform === "win" ? ".exe" : ""}`,
		);
	} catch {
		return null;
	}
}

const isNewEnough = Number(process.versions.node.split(".")[0]) >= 24;
const node = ownNode() ?? (isNewEnough ? process.execPath : null);

if (node === null) {
	console.error(
		`Gesso needs Node 24. It brings its own on Linux (x64, arm64) and Windows (x64); here (${process.platform} ${process.arch}) it found only ${process.version}. Install Node 24 and run the command again.`,
	);
	process.exit(1);
}

// What was compiled once is not compiled again: half of the time that a small program, such as a file of tests, takes to start.
const env = Object.assign(
	{ NODE_COMPILE_CACHE: join(__dirname, "node_modules/.cache/node-compile") },
	process.env,
);
const child = spawn(node, process.argv.slice(2), { stdio: "inherit", env });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
	process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
	process.exit(signal === null ? code : 128 + constants.signals[signal]);
});
