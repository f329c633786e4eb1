import type { Severity } from "../core/event.ts";
import type { InEach } from "../core/language.ts";
import type { ConnectionKind } from "../core/model.ts";

/** The words around what a notice says: those of its facts, its advice and its reference. */
export interface Labels {
  readonly tone: Readonly<Record<Severity | "ok", string>>;
  readonly state: string;
  readonly lasting: (state: string, duration: string) => string;
  readonly changed: (from: string, to: string, duration: string | undefined) => string;
  readonly gone: string;
  readonly empty: string;
  readonly goingOn: string;
  readonly changes: string;
  readonly changesSince: (count: number, since: string) => string;
  readonly lastKnown: string;
  readonly gap: string;
  readonly meanwhile: string;
  readonly muted: string;
  readonly undelivered: string;
  readonly notTold: string;
  readonly notifier: string;
  readonly connection: string;
  readonly kind: Readonly<Record<ConnectionKind, string>>;
  readonly peering: string;
  readonly project: string;
  readonly reported: string;
  readonly cause: string;
  readonly action: string;
  readonly link: string;
  readonly page: string;
  readonly console: string;
  readonly details: (name: string, details: readonly string[]) => string;
  readonly more: (count: number) => string;
  readonly event: (id: string) => string;
  readonly incident: (id: string) => string;
  readonly late: (duration: string) => string;
}

export const labels: InEach<Labels> = {
  en: {
    tone: { critical: "CRITICAL", warning: "WARNING", info: "INFO", ok: "OK" },
    state: "State",
    lasting: (state, duration) => `${state} for ${duration}`,
    changed: (from, to, duration) => `${from} → ${to}${duration ? ` after ${duration}` : ""}`,
    gone: "gone",
    empty: "(empty)",
    goingOn: "Going on for",
    changes: "Changes of state",
    changesSince: (count, since) => `${count} since ${since}`,
    lastKnown: "Last known",
    gap: "Nothing was seen for",
    meanwhile: "Meanwhile",
    muted: "Muted notices",
    undelivered: "Undelivered event",
    notTold: "Not told",
    notifier: "Notifier",
    connection: "Connection",
    kind: { basic: "basic", enhanced: "enhanced" },
    peering: "Peering",
    project: "Project",
    reported: "Reported by DLI",
    cause: "Cause",
    action: "Action",
    link: "See",
    page: "History",
    console: "Console",
    details: (name, details) => `${name} (${details.join(", ")})`,
    more: (count) => `… and ${count} more`,
    event: (id) => `event ${id}`,
    incident: (id) => `incident ${id}`,
    late: (duration) => `${duration} late`,
  },
  zh: {
    tone: { critical: "紧急", warning: "警告", info: "提示", ok: "恢复" },
    state: "状态",
    lasting: (state, duration) => `${state}，已有${duration}`,
    changed: (from, to, duration) => `${from} → ${to}${duration ? `，此前持续${duration}` : ""}`,
    gone: "已不存在",
    empty: "（空）",
    goingOn: "已持续",
    changes: "状态变化",
    changesSince: (count, since) => `${since} 以来 ${count} 次`,
    lastKnown: "最后一次查询",
    gap: "无法查询的时长",
    meanwhile: "其间",
    muted: "静默的通知",
    undelivered: "未送达的事件",
    notTold: "未通知",
    notifier: "通知器",
    connection: "跨源连接",
    kind: { basic: "经典型", enhanced: "增强型" },
    peering: "对等连接",
    project: "项目",
    reported: "DLI 上报时间",
    cause: "可能原因",
    action: "处理建议",
    link: "参考",
    page: "历史",
    console: "控制台",
    details: (name, details) => `${name}（${details.join("，")}）`,
    more: (count) => `… 另有 ${count} 条`,
    event: (id) => `事件 ${id}`,
    incident: (id) => `事故 ${id}`,
    late: (duration) => `迟到${duration}`,
  },
};
