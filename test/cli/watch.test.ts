import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { after, before, test } from "node:test";
import { Output } from "../../src/cli/terminal.ts";
import { watch } from "../../src/cli/watch.ts";

const CLEAR = "\u001b[2J\u001b[3J\u001b[H";
const EVERY_MS = { pauseMs: 1, forPeople: true };

const term = process.env["TERM"];
before(() => (process.env["TERM"] = "xterm"));
after(() => {
  if (term === undefined) delete process.env["TERM"];
  else process.env["TERM"] = term;
});

function terminal(isTTY: boolean): { stream: PassThrough; output: Output } {
  const stream = Object.assign(new PassThrough(), isTTY ? { isTTY, columns: 80 } : {});
  return { stream, output: new Output(stream as unknown as NodeJS.WriteStream) };
}

/** What is there when it has shown three times and was ended by a signal. */
async function shownThrice(isTTY: boolean, forPeople: boolean): Promise<string> {
  const { stream, output } = terminal(isTTY);
  let times = 0;
  await watch(output, { ...EVERY_MS, forPeople }, () => {
    times += 1;
    output.line(String(times));
    if (times === 3) process.emit("SIGINT", "SIGINT");
  });
  return String(stream.read());
}

test("a terminal is cleared before each time but the first, elsewhere an empty line stands between", async () => {
  assert.equal(await shownThrice(true, true), `1\n${CLEAR}2\n${CLEAR}3\n`);
  assert.equal(await shownThrice(false, true), "1\n\n2\n\n3\n");
  assert.equal(await shownThrice(true, false), "1\n2\n3\n");
  process.env["TERM"] = "dumb";
  assert.equal(await shownThrice(true, true), "1\n\n2\n\n3\n");
});

test("without a pause it is shown once", async () => {
  let times = 0;
  const how = { pauseMs: undefined, forPeople: true };
  await watch(terminal(true).output, how, () => void (times += 1));
  assert.equal(times, 1);
});

test("it ends when the reader has gone, and when showing fails; then signals are as before", async () => {
  const listeners = process.listenerCount("SIGINT");
  const { stream, output } = terminal(false);
  let times = 0;
  await watch(output, EVERY_MS, () => {
    times += 1;
    if (times === 2) stream.emit("error", Object.assign(new Error("gone"), { code: "EPIPE" }));
  });
  assert.equal(times, 2);
  const fails = watch(output, EVERY_MS, () => {
    throw new Error("no database");
  });
  await assert.rejects(fails, /no database/);
  assert.equal(process.listenerCount("SIGINT"), listeners);
});
