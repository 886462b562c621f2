/**
 * A real browser without a window, driven by the DevTools protocol over Node's own WebSocket. What a page
 * logs, throws and asks for is kept, so that a test can say that it does none of it.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--remote-debugging-port=0",
];
/** Whatever takes longer is a failure and no wait. */
const LONGEST_MS = 30_000;

type Parameters = Readonly<Record<string, unknown>>;

/** Why no browser can be tried here; false when one can: for `skip` of a test. */
export function withoutChromium(): string | false {
  const { status } = spawnSync("chromium", ["--version"], { stdio: "ignore" });
  return status === 0 ? false : "chromium is not installed (apt-get install chromium)";
}

/** A page of a browser of its own, which ends with the test. */
export class BrowserPage {
  /** What was logged as a warning or an error, and what was thrown. */
  readonly complaints: string[] = [];
  /** URLs of all requests, those that the page's policy stopped included. */
  readonly requests: string[] = [];
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (message: Answer) => void>();
  readonly #events = new EventTarget();
  #session: string | undefined;
  #number = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(String(data))));
  }

  static async start(context: TestContext): Promise<BrowserPage> {
    const profile = mkdtempSync(join(tmpdir(), "webspool-chromium-"));
    const child = spawn("chromium", [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(child, "close");
    context.after(async () => {
      child.kill("SIGKILL");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    });
    const socket = new WebSocket(await endpointOf(child));
    await once(socket, "open");
    context.after(() => socket.close());
    const page = new BrowserPage(socket);
    const { targetInfos } = (await page.send("Target.getTargets")) as {
      targetInfos: { type: string; targetId: string }[];
    };
    const targetId = targetInfos.find(({ type }) => type === "page")?.targetId;
    const attached = await page.send("Target.attachToTarget", { targetId, flatten: true });
    page.#session = String(attached["sessionId"]);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await page.send(`${domain}.enable`);
    return page;
  }

  /** Sends a command of the protocol; resolves to its result. */
  async send(method: string, params: Parameters = {}): Promise<Record<string, unknown>> {
    const id = (this.#number += 1);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#answers.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params, sessionId: this.#session }));
    const { result, error } = await inTime(promise, method);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  /** Opens a URL and waits until it has loaded, icons and all. */
  async open(url: string): Promise<void> {
    const loaded = once(this.#events, "Page.loadEventFired");
    await this.send("Page.navigate", { url });
    await inTime(loaded, `loading ${url}`);
  }

  /** The value of an expression in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  }

  /** How wide the window is, and which colours the reader likes. */
  async show(width: number, scheme: "light" | "dark"): Promise<void> {
    const size = { width, height: 900, deviceScaleFactor: 1, mobile: false };
    await this.send("Emulation.setDeviceMetricsOverride", size);
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await this.send("Emulation.setEmulatedMedia", { features });
  }

  #take({ id, method = "", params = {}, ...answer }: Message): void {
    if (id !== undefined) {
      this.#answers.get(id)?.(answer);
      this.#answers.delete(id);
      return;
    }
    if (method === "Network.requestWillBeSent") {
      this.requests.push((params["request"] as { url: string }).url);
    } else if (method === "Runtime.exceptionThrown" || method === "Runtime.consoleAPICalled") {
      this.complaints.push(JSON.stringify(params));
    } else if (method === "Log.entryAdded") {
      this.complaints.push((params["entry"] as { text: string }).text);
    }
    this.#events.dispatchEvent(new Event(method));
  }
}

interface Answer {
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

interface Message extends Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
}

async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} took too long`)), LONGEST_MS);
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The browser says on stderr where it listens. */
async function endpointOf(child: ChildProcess): Promise<string> {
  let said = "";
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    const endpoint = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
    if (endpoint !== undefined) resolve(endpoint);
  });
  child.once("close", () => reject(new Error(`chromium ended: ${said}`)));
  child.once("error", reject);
  return await inTime(promise, "starting chromium");
}
