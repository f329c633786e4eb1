import { expect, test } from "vitest";
import { webhookUrl } from "../../src/notify/webhook-url.ts";

test.each([
  "https://hooks.slack.com/services/x",
  "http://127.0.0.1:8080/x",
  "http://127.8.8.8",
  "http://localhost/",
  "http://[::1]:1/",
])("takes %s", (url) => {
  const parsed = webhookUrl().parse(url);
  expect(parsed.reveal()).toBe(url);
  expect(JSON.stringify({ parsed })).toBe('{"parsed":"***"}');
});

test.each([
  "http://hooks.slack.com/x",
  "ftp://127.0.0.1/",
  "http://127.0.0.1.evil.example/",
  "http://localhost.evil.example",
  "hooks.slack.com",
  "",
  "file:///etc/passwd",
  "https://user@hooks.slack.com/x",
  "https://:pass@hooks.slack.com/x",
])("refuses %j without repeating it", (url) => {
  const { error } = webhookUrl().safeParse(url);
  expect(error?.issues.map(({ message }) => message)).toEqual([
    "must be an https:// address without user and password (http:// only to this machine: localhost, 127.0.0.1 or [::1])",
  ]);
});
