/** Names of the files of an archive: while one is written, its name says by whom. */
import { hostname } from "node:os";

const OPEN = /^(.+\.warc\.gz)\.open-(.+)-(\d+)$/;

export interface OpenFileName {
  /** The name it gets when it is closed. */
  readonly closed: string;
  readonly hostname: string;
  readonly pid: number;
}

/** `<prefix>-t<thread>-00000.warc.gz` */
export function closedName(prefix: string, thread: number, serial: number): string {
  return `${prefix}-t${thread}-${String(serial).padStart(5, "0")}.warc.gz`;
}

export function openName(closed: string): string {
  return `${closed}.open-${thisHost()}-${process.pid}`;
}

/** Null for a file that nobody writes. */
export function parseOpenName(name: string): OpenFileName | null {
  const [, closed, host, pid] = OPEN.exec(name) ?? [];
  if (closed === undefined || host === undefined || pid === undefined) return null;
  return { closed, hostname: host, pid: Number(pid) };
}

export function thisHost(): string {
  return hostname().replaceAll(/[^\w.-]/g, "_");
}
