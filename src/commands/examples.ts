import type { Command } from "commander";

/** What each command is typically called with, as its help shows it. */
const examples: Readonly<Record<string, readonly string[]>> = {
  init: ["init", "init -c /etc/dli-watch/dli-watch.yaml --region cn-north-4"],
  check: ["check", "check --online", "check -c /etc/dli-watch/dli-watch.yaml"],
  poll: ["poll", "poll 378eb1e6-521d-41a4-a41c-bbb58f34a6d6 --json"],
  "notify test": ["notify test", "notify test oncall"],
  run: ["run", "run -c /etc/dli-watch/dli-watch.yaml"],
  status: ["status", "status --json"],
  history: [
    "history --since 7d --connection orders-hbase",
    "history --since 90d --export history.jsonl",
  ],
  rehearse: [
    "rehearse new.yaml",
    "rehearse new.yaml --since 7d --json",
    "rehearse new.yaml -c config/dli-watch.yaml --history history.jsonl",
  ],
  "deliveries list": ["deliveries", "deliveries list --state dead --notifier oncall"],
  "deliveries show": ["deliveries show 01KAPX2M7C8N3WQ5RZT4V6Y9B1"],
  "deliveries retry": [
    "deliveries retry --notifier oncall",
    "deliveries retry 01KAPX2M7C8N3WQ5RZT4V6Y9B1",
  ],
  "deliveries drop": ["deliveries drop --notifier oncall"],
  explain: [
    "explain 01KAPX2M7C8N3WQ5RZT4V6Y9B1",
    "explain --connection orders-hbase --resource queue:etl --to FAILED",
  ],
  "mute add": [
    'mute add --match project=prod --match severity=warning --for 2h --why "moving the VPC"',
  ],
  "mute list": ["mute"],
  "mute remove": ["mute remove 01KAPX2M7C8N3WQ5RZT4V6Y9B1"],
  schema: ["schema > dli-watch.schema.json"],
  simulate: ["simulate --listen 127.0.0.1:8090"],
  demo: ["demo", "demo --once"],
};

/** Adds to the help of each command what it is typically called with. */
export function addExamples(parent: Command, path: readonly string[] = []): void {
  for (const command of parent.commands) {
    const words = [...path, command.name()];
    const lines = examples[words.join(" ")]?.map((line) => `\n  dli-watch ${line}`) ?? [];
    if (lines.length > 0) command.addHelpText("after", `\nExamples:${lines.join("")}`);
    addExamples(command, words);
  }
}
