import { expect, onTestFinished, test } from "vitest";
import { proxiesIn } from "../../src/config/proxies.ts";
import { createHttp } from "../../src/http.ts";
import { fakeClock } from "../support/clock.ts";
import { identities, serveBytes, serveHttp, serveHttps } from "../support/loopback.ts";
import { serveProxy } from "../support/proxy.ts";

const limits = { deadlineMs: 10_000, maxBytes: 1_000, oversize: "fail" } as const;
const identity = identities.elsewhere;
const login = "watcher:p@ss word%";
const written = `watcher:${encodeURIComponent("p@ss word%")}`;
const hidden = /p@ss|word%|cEBzcy/;

/** Asks for an address where `HTTPS_PROXY` and `HTTP_PROXY` are this. */
async function exchange(
  proxy: string,
  { url = "https://other.example/v2.0", ca = identity.certificate } = {},
) {
  const { proxies } = proxiesIn({ HTTPS_PROXY: proxy, HTTP_PROXY: proxy });
  await using http = createHttp({ clock: fakeClock(), ca, proxies });
  return await http.exchange({ method: "GET", url, headers: {} }, limits);
}

async function startTarget() {
  const target = await serveHttps(identity, ({ url, headers }, response) =>
    response.end(JSON.stringify({ url, headers })),
  );
  onTestFinished(() => target[Symbol.asyncDispose]());
  return target;
}

test("what is encrypted stays so through a proxy, which alone sees its password", async () => {
  await using proxy = await serveProxy({ leadsTo: await startTarget(), login });
  const { reply } = await exchange(proxy.url.replace("//", `//${written}@`));
  expect(JSON.parse(reply?.body ?? "")).toEqual({
    url: "/v2.0",
    headers: expect.not.objectContaining({ "proxy-authorization": expect.anything() }),
  });
  expect(proxy.asked).toEqual(["CONNECT other.example:443"]);
});

test("a tunnel is kept open for the next request", async () => {
  await using proxy = await serveProxy({ leadsTo: await startTarget() });
  const { proxies } = proxiesIn({ HTTPS_PROXY: proxy.url });
  await using http = createHttp({ clock: fakeClock(), ca: identity.certificate, proxies });
  for (let count = 0; count < 10; count += 1) {
    const request = { method: "GET", url: "https://other.example/", headers: {} } as const;
    expect(await http.exchange(request, limits)).toMatchObject({ reply: { status: 200 } });
  }
  expect(proxy.asked.length).toBeLessThanOrEqual(2);
});

test("what is not encrypted is handed to the proxy", async () => {
  await using target = await serveHttp(({ headers }, response) => response.end(headers.host));
  await using proxy = await serveProxy({ leadsTo: target, login });
  const url = "http://pager.example/alerts";
  expect(await exchange(proxy.url.replace("//", `//${written}@`), { url })).toMatchObject({
    reply: { body: "pager.example" },
  });
  expect(proxy.asked).toEqual([`GET ${url}`]);
  expect(await exchange(proxy.url, { url })).toEqual({
    failure: {
      reason: "proxy",
      message: `the proxy ${proxy.host} (HTTP_PROXY) answered 407 about pager.example:80: give HTTP_PROXY a user and password that it accepts`,
    },
  });
});

test("what is on this machine is not asked for through a proxy", async () => {
  await using target = await serveHttp((_, response) => response.end("{}"));
  await using proxy = await serveProxy({ leadsTo: target });
  expect(await exchange(proxy.url, target)).toMatchObject({ reply: { body: "{}" } });
  expect(proxy.asked).toEqual([]);
});

test("a certificate that nobody vouches for is not trusted through a proxy either", async () => {
  await using proxy = await serveProxy({ leadsTo: await startTarget() });
  const { failure } = await exchange(proxy.url, { ca: identities.loopback.certificate });
  expect(failure).toMatchObject({
    reason: "tls",
    message: expect.stringContaining(
      `other.example:443 through the proxy ${proxy.host} (HTTPS_PROXY) has no certificate`,
    ),
  });
});

test.each([
  ["407", {}, "answered 407 about other.example:443: give HTTPS_PROXY a user and password"],
  ["403", { refusal: "403 Forbidden" }, "have it let requests to other.example:443 pass, or name"],
  ["502", { refusal: "502 Bad Gateway" }, "answered 502 about other.example:443: it cannot reach"],
  ["404", { refusal: "404 Not Found" }, "check that HTTPS_PROXY names an HTTP proxy"],
])(
  "a proxy that answers %s is named, with the way out",
  async (status, { refusal }: { refusal?: string }, words) => {
    await using proxy = await serveProxy({
      leadsTo: await startTarget(),
      ...(refusal ? { refusal } : { login: "another:login" }),
    });
    const { failure } = await exchange(proxy.url.replace("//", `//${written}@`));
    expect(failure).toMatchObject({ reason: "proxy", message: expect.stringContaining(words) });
    expect(failure?.message).toContain(`the proxy ${proxy.host} (HTTPS_PROXY) answered ${status}`);
    expect(failure?.message).not.toMatch(hidden);
  },
);

test("a proxy that does not answer the phone is named", async () => {
  const proxy = await serveProxy({ leadsTo: { host: "127.0.0.1:9" } });
  await proxy[Symbol.asyncDispose]();
  expect(await exchange(proxy.url)).toEqual({
    failure: {
      reason: "refused",
      message: `the proxy ${proxy.host} (HTTPS_PROXY) on the way to other.example:443 refuses connections: check host and port, and that the service runs (ECONNREFUSED)`,
    },
  });
  expect(await exchange("http://proxy.invalid")).toMatchObject({
    failure: {
      reason: "dns",
      message: expect.stringMatching(/^the proxy proxy\.invalid:80 \(HTT/),
    },
  });
});

test("a proxy that hangs up is named", async () => {
  await using proxy = await serveBytes((socket) => socket.end());
  expect(await exchange(proxy.url)).toMatchObject({
    failure: {
      reason: "reset",
      message: expect.stringContaining(
        `the proxy ${proxy.host} (HTTPS_PROXY) on the way to other.example:443 closed`,
      ),
    },
  });
});

test("a host that does not answer through a proxy is waited for until the deadline", async () => {
  await using silent = await serveBytes(() => {});
  await using proxy = await serveProxy({ leadsTo: silent });
  const clock = fakeClock();
  const { proxies } = proxiesIn({ HTTPS_PROXY: proxy.url });
  await using http = createHttp({ clock, proxies });
  const asked = http.exchange({ method: "GET", url: "https://other.example", headers: {} }, limits);
  await clock.advance(limits.deadlineMs);
  expect(await asked).toEqual({
    failure: {
      reason: "timeout",
      message: `other.example:443 through the proxy ${proxy.host} (HTTPS_PROXY) did not answer completely in time`,
    },
  });
});
