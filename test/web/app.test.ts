import { describe, expect, test } from "vitest";
import { openMemoryStore } from "../../src/store/memory.ts";
import { appWith, ask } from "../support/web-app.ts";

describe("health", () => {
  test.each(["/healthz", "/readyz"])("%s is 200 while nothing is wrong", async (path) => {
    expect(await ask(appWith(), path)).toMatchObject({ status: 200, body: { status: "ok" } });
  });

  test("each says what is wrong with it, and with it alone", async () => {
    const reason = "the first round has not been attempted yet";
    const app = appWith({ health: { alive: () => undefined, ready: () => reason } });
    expect(await ask(app, "/healthz")).toMatchObject({ status: 200 });
    expect(await ask(app, "/readyz")).toMatchObject({
      status: 503,
      body: { status: "failing", reason },
    });
  });
});

test.each([
  ["/healthz", {}],
  ["/api/v1/connections", {}],
  ["/api/v1/transitions", {}],
  ["/api/v1/deliveries?limit=0", {}],
  ["/no-such-path", {}],
  ["/", { host: "evil.example.com" }],
])("%s is JSON that is neither kept, guessed at nor executed", async (path, headers) => {
  const answer = await ask(appWith(), path, headers);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy":
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
  });
});

test("an unknown path is 404", async () => {
  expect(await ask(appWith(), "/api/v2/connections")).toMatchObject({
    status: 404,
    body: { error: "there is nothing at /api/v2/connections" },
  });
});

test.each(["POST", "PUT", "DELETE", "PATCH"])("%s is 405: the API is read-only", async (method) => {
  const headers = { host: "localhost" };
  const response = await appWith().request("/api/v1/deliveries", { method, headers });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toEqual({
    error: `${method} is not possible here, only GET, HEAD, OPTIONS`,
  });
});

test("OPTIONS says so", async () => {
  const headers = { host: "localhost", origin: "https://evil.example.com" };
  const response = await appWith().request("/api/v1/events", { method: "OPTIONS", headers });
  expect([response.status, response.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
  expect(response.headers.has("access-control-allow-origin")).toBe(false);
});

test("HEAD is answered like GET, without the body", async () => {
  const headers = { host: "localhost" };
  const response = await appWith().request("/healthz", { method: "HEAD", headers });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
});

test("an error inside is reported, and not shown", async () => {
  const error = new Error("SQLITE_IOERR at /data/dli-watch.db");
  const reported: unknown[] = [];
  const app = appWith({
    store: { ...openMemoryStore(), memories: () => Promise.reject(error) },
    report: (thrown) => reported.push(thrown),
  });
  const { status, body } = await ask(app, "/api/v1/connections");
  expect(status).toBe(500);
  expect(body).toEqual({ error: "something went wrong inside: see the log" });
  expect(reported).toEqual([error]);
});
