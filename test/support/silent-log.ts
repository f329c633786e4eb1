import type { Log } from "../../src/log.ts";

/** A log nobody reads. */
export const silentLog: Log = { level: "silent", debug() {}, info() {}, warn() {}, error() {} };
