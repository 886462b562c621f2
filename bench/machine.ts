/** What a figure was measured on, and what else the machine was doing: the first line of each result. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

/** Such as `2026-11-21, AMD EPYC 7B13, 2 cores, 24 GB, Node 24.21.0, load 0.3`. */
export function machineLine(): string {
  const [first] = cpus();
  return [
    new Date().toISOString().slice(0, 10),
    first?.model.trim() ?? "unknown CPU",
    `${cpus().length} cores`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `Node ${process.versions.node}`,
    `load ${(loadavg()[0] ?? 0).toFixed(1)}`,
  ].join(", ");
}

/** CPU seconds a live process has used, in all its threads; null when it is gone. Linux only. */
export function cpuSecondsOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name is in parentheses and may hold spaces; utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return null;
  }
}

/** Megabytes of memory a live process holds now, and at its peak; null when it is gone. Linux only. */
export function memoryOf(pid: number): { now: number; peak: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const megabytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
    return { now: megabytes("VmRSS"), peak: megabytes("VmHWM") };
  } catch {
    return null;
  }
}
