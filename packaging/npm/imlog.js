#!/usr/bin/env node
// Starts the program of the package for this platform, which npm has installed beside this one.
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");

const { platform, arch } = process;
const name = `imlog-${platform}-${arch}`;
let program;
try {
  program = require.resolve(`${name}/imlog${platform === "win32" ? ".exe" : ""}`);
} catch {
  console.error(`error: there is no imlog for ${platform} on ${arch}, or npm left out optional dependencies`);
  console.error("hint: install with `npm install --include=optional imlog`, or `cargo install imlog`");
  process.exit(2);
}

// An interrupt goes to both: the program ends by itself, and this script after it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {});
}
const { status, signal, error } = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`error: cannot start ${program}: ${error.message}`);
  process.exit(2);
}
process.exit(signal ? 128 + constants.signals[signal] : status);
