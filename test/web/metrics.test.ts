import { describe, expect, test } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { appWith } from "../support/web-app.ts";

const text = "dli_watch_build_info 1\n";
const token = new Secret("s3cret");

function scrape(headers: Readonly<Record<string, string>>, server: { token?: Secret } = {}) {
  const app = appWith({ metrics: async () => text, server: { hosts: ["w.example"], ...server } });
  return app.request("/metrics", { headers }, {});
}

test("Prometheus reads its own format, under whatever host it asks", async () => {
  const response = await scrape({ host: "10.2.3.4:8080" });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await response.text()).toBe(text);
});

describe("with a token", () => {
  test.each([
    [200, `Bearer ${token.reveal()}`],
    [401, "Bearer wrong"],
    [401, ""],
  ])("%i: %j", async (status, authorization) => {
    const response = await scrape({ host: "10.2.3.4", authorization }, { token });
    expect(response.status).toBe(status);
  });
});
