#!/usr/bin/env node
// Only syntax that every Node with modules can read, and no types: this file has to be able to say
// that Node is too old. What needs a new one is imported after that.
const NEEDED_MAJOR = 22;
const NEEDED_MINOR = 19;

const found = process.versions.node.split(".").map(Number);
const major = found[0] || 0;
const minor = found[1] || 0;

if (major < NEEDED_MAJOR || (major === NEEDED_MAJOR && minor < NEEDED_MINOR)) {
  process.stderr.write(
    "webspool: This is Node " +
      process.versions.node +
      ", but webspool needs Node " +
      NEEDED_MAJOR +
      "." +
      NEEDED_MINOR +
      " or newer.\n",
  );
  process.exitCode = 2;
} else {
  void import("./main.ts").then(function (program) {
    return program.main(process.argv.slice(2));
  });
}
