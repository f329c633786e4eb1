import type { Auth, Rate } from "../core/access.ts";
import type { Discovery, WatchedConnection } from "../core/discovery.ts";
import type { OwnHint } from "../core/hints.ts";
import type { PollBy } from "../core/listing.ts";
import type { PlannedMute } from "../core/mute.ts";
import type { PolicySettings } from "../core/policy.ts";
import type { Proxies } from "../core/proxy.ts";
import type { Routing } from "../core/route.ts";
import { Secret } from "../core/secret.ts";
import type { Voice } from "../core/voice.ts";

/** What the operator's file says, checked and complete: every default is filled in. */
export interface Config {
  /** This installation, in events and messages. */
  readonly name: string;
  /** Where people reach it, without a slash at its end. */
  readonly publicUrl?: string;
  /** IANA name of the zone in which times are shown to people. */
  readonly timezone: string;
  readonly projects: readonly ProjectConfig[];
  readonly notifiers: readonly NotifierConfig[];
  readonly routing: Routing;
  readonly policy: PolicySettings;
  /** The first that matches counts. */
  readonly hints: readonly OwnHint[];
  readonly mutes: readonly PlannedMute[];
  /** Absolute path of the SQLite file. */
  readonly store: string;
  readonly retentionMs: number;
  readonly server: ServerConfig;
  readonly heartbeat?: HeartbeatConfig;
  readonly logLevel: LogLevel;
  /** Of the environment. */
  readonly proxies: Proxies;
}

/** One Huawei Cloud project in one region. */
export interface ProjectConfig {
  readonly name: string;
  /** Empty where the file names an endpoint instead. */
  readonly region: string;
  /** Base URL of the DLI API, without a trailing slash. */
  readonly endpoint: string;
  readonly projectId: string;
  readonly auth: Auth;
  readonly rate: Rate;
  /** Requests under way at the same time. */
  readonly concurrency: number;
  /** Certificates (PEM) trusted beside the system's. */
  readonly ca?: string;
  readonly pollBy: PollBy;
  readonly connections: readonly ConnectionConfig[];
  /** Which others are watched. */
  readonly discover?: Discovery;
}

/** With kind `auto` enhanced is asked first, then basic. */
export type ConnectionConfig = WatchedConnection;

export interface NotifierConfig {
  readonly name: string;
  /** Which notifier sends: the word it is registered by. */
  readonly type: string;
  /** Name of the notifier that gets what this one could not deliver. */
  readonly fallback?: string;
  readonly voice: Voice;
  /** What the options of that type parsed to. */
  readonly options: unknown;
  /** What the file says for those that are secret: in a plug-in's `options` they may be plain texts. */
  readonly secrets: readonly Secret[];
}

/** Who is told regularly that all is well. */
export interface HeartbeatConfig {
  readonly url: Secret;
  readonly everyMs: number;
}

interface ServerConfig {
  readonly listen: Listen;
  /** Asked for by everything but the health checks. */
  readonly token?: Secret;
  /** Host names under which page and API may be asked, beside the address itself. */
  readonly hosts: readonly string[];
}

export interface Listen {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

export const logLevels = ["debug", "info", "warn", "error"] as const;
type LogLevel = (typeof logLevels)[number];

/** Whether two parts of configurations say the same, their secrets included. */
export function sameConfig(one: unknown, other: unknown): boolean {
  return JSON.stringify(revealed(one)) === JSON.stringify(revealed(other));
}

function revealed(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() };
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, revealed(part)]));
}

/** Every secret found anywhere in a configuration; some are found twice. */
export function secretsOf(value: unknown): Secret[] {
  if (value instanceof Secret) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(secretsOf) : [];
}
