/** urllib3's log lines, word for word, with the socket's number added. */
import { debuglog } from "node:util";

/** Where the lines go; pino and console fit. */
export interface SessionLogger {
  debug(line: string): void;
  warn(line: string): void;
}

const debug = debuglog("webspool");

/** `NODE_DEBUG=webspool` writes the lines to stderr. */
export function environmentLogger(): SessionLogger | null {
  if (!debug.enabled) return null;
  return {
    debug: (line) => debug("%s", line),
    warn: (line) => debug("WARNING %s", line),
  };
}

export class SessionLog {
  readonly #logger: SessionLogger;

  constructor(logger: SessionLogger) {
    this.#logger = logger;
  }

  starting(protocol: string, nth: number, host: string, port: number, id: number): void {
    const scheme = protocol === "https:" ? "HTTPS" : "HTTP";
    this.#logger.debug(`Starting new ${scheme} connection (${nth}): ${host}:${port} [#${id}]`);
  }

  resetting(host: string, id: number): void {
    this.#logger.debug(`Resetting dropped connection: ${host} [#${id}]`);
  }

  response(url: URL, method: string, status: number, length: string | null, id: number): void {
    const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
    const where = `${url.protocol}//${url.hostname}:${port}`;
    const path = url.pathname + url.search;
    this.#logger.debug(
      `${where} "${method} ${path} HTTP/1.1" ${status} ${length ?? "None"} [#${id}]`,
    );
  }

  poolFull(host: string, size: number, id: number | null): void {
    this.#logger.warn(
      `Connection pool is full, discarding connection: ${host}. Connection pool size: ${size} [#${id ?? "?"}]`,
    );
  }

  retrying(retry: string, cause: string, path: string, id: number | null): void {
    this.#logger.warn(
      `Retrying (${retry}) after connection broken by '${cause}': ${path} [#${id ?? "none"}]`,
    );
  }

  retryingStatus(retry: string, path: string, id: number | null): void {
    this.#logger.debug(`Retry: ${path} (${retry}) [#${id ?? "none"}]`);
  }

  warning(line: string): void {
    this.#logger.warn(line);
  }
}
