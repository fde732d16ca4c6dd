#!/usr/bin/env node
// The command `gesso`: hands over to the repository's own Node 24, since the one it was started with may be older.
// Plain CommonJS in old syntax, for the same reason.

const { join } = require("node:path");

// By this the command knows whom it was started by, and leaves when that one was killed.
process.env.GESSO_STARTED_BY = String(process.pid);
process.argv.splice(2, 0, join(__dirname, "main.ts"));
require("../node24.cjs");
