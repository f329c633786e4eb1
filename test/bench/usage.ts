import { readFileSync } from "node:fs";

/** Clock ticks of /proc in a second, the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Processor time of a process and of its children that have ended, in seconds, user and system together. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The command's name, the second field, may hold spaces; times are the fields 14 to 17 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / ticksPerSecond;
}

/** Resident memory of a process in megabytes (2^20 bytes). */
export function residentMb(pid: number): number {
  const [, kilobytes] = /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1_024;
}
