import { describe, expect, test } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { mostWaiting } from "../../src/web/tries.ts";
import { fakeClock } from "../support/clock.ts";
import { appWith, ask } from "../support/web-app.ts";

const token = new Secret("s3cret:token");
const bearer = `Bearer ${token.reveal()}`;

function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

describe("with a token", () => {
  const app = appWith({ server: { token, hosts: [] } });

  test.each([
    ["as Bearer", bearer],
    ["whatever the scheme's letter case", `bEARER ${token.reveal()}`],
    ["as the password of Basic, for any user", basic("someone:s3cret:token")],
    ["for no user", basic(":s3cret:token")],
  ])("it is taken %s", async (_, authorization) => {
    expect(await ask(app, "/api/v1/connections", { authorization })).toMatchObject({ status: 200 });
  });

  test.each([
    ["nothing", ""],
    ["an empty Bearer", "Bearer "],
    ["a part of it", "Bearer s3cret"],
    ["more than it", `${bearer}x`],
    ["another", "Bearer wrong"],
    ["an empty password", basic("someone:")],
    ["another password", basic("s3cret:wrong")],
    ["no base64", "Basic !"],
    ["another scheme", `Digest ${token.reveal()}`],
    ["the bare token", token.reveal()],
  ])("%s is refused, and both ways are offered", async (_, authorization) => {
    const { status, headers, body } = await ask(app, "/api/v1/connections", { authorization });
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toBe(
      'Basic realm="dli-watch", charset="UTF-8", Bearer realm="dli-watch"',
    );
    expect(JSON.stringify(body)).not.toContain(token.reveal());
  });

  test.each(["/", "/metrics", "/api/v1/deliveries", "/no-such-path"])("%s needs it", async (path) =>
    expect(await ask(app, path)).toMatchObject({ status: 401 }),
  );

  test.each(["/healthz", "/readyz"])("%s does not", async (path) =>
    expect(await ask(app, path)).toMatchObject({ status: 200 }),
  );
});

describe("wrong tokens", () => {
  const wrong = { authorization: "Bearer wrong" };

  /** An app that is asked from an address, and says after which time it answered. */
  function asked() {
    const clock = fakeClock();
    const app = appWith({ server: { token, hosts: [] }, clock });
    const from = async (remoteAddress: string, headers: Readonly<Record<string, string>>) => {
      const before = clock.monotonic();
      const init = { headers: { host: "localhost", ...headers } };
      const { status } = await app.request("/api/v1/status", init, {
        incoming: { socket: { remoteAddress } },
      });
      return { status, ms: clock.monotonic() - before };
    };
    return { clock, from };
  }

  test("are answered the later the more come from one address; another's are not", async () => {
    const { clock, from } = asked();
    const times: number[] = [];
    for (let count = 0; count < 7; count += 1) {
      const answer = from("192.0.2.1", wrong);
      await clock.advance(8_000);
      times.push((await answer).ms);
    }
    expect(times).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]);
    const other = from("192.0.2.2", wrong);
    await clock.advance(8_000);
    expect(await other).toEqual({ status: 401, ms: 250 });
  });

  test("hold up neither the right one nor who is asked for one", async () => {
    const { clock, from } = asked();
    const guesses = Array.from({ length: 10 }, () => from("192.0.2.1", wrong));
    expect(await from("192.0.2.1", { authorization: bearer })).toEqual({ status: 200, ms: 0 });
    expect(await from("192.0.2.1", {})).toEqual({ status: 401, ms: 0 });
    await clock.advance(8_000);
    expect(new Set((await Promise.all(guesses)).map(({ status }) => status))).toEqual(
      new Set([401]),
    );
  });

  test("are forgotten after ten minutes", async () => {
    const { clock, from } = asked();
    const first = [from("192.0.2.1", wrong), from("192.0.2.1", wrong)];
    await clock.advance(600_000);
    await Promise.all(first);
    const later = from("192.0.2.1", wrong);
    await clock.advance(8_000);
    expect((await later).ms).toBe(250);
  });

  test.each([
    ["127.0.0.1", "198.51.100.7", "198.51.100.8", 250],
    ["::ffff:127.0.0.1", "198.51.100.7", "198.51.100.8", 250],
    ["::1", "spoofed, 198.51.100.7", "spoofed, 2001:db8::1", 250],
    ["127.0.0.1", "spoofed", "spoofed too", 500],
    ["192.0.2.1", "198.51.100.7", "198.51.100.8", 500],
  ])("from %s for %j, then for %j: the second after %i ms", async (peer, one, other, ms) => {
    const { clock, from } = asked();
    for (const [named, expected] of [
      [one, 250],
      [other, ms],
    ] as const) {
      const answer = from(peer, { ...wrong, "x-forwarded-for": named });
      await clock.advance(8_000);
      expect((await answer).ms).toBe(expected);
    }
  });

  test("more than a hundred at the same time are sent away, and the right one still passes", async () => {
    const { clock, from } = asked();
    const guesses = Array.from({ length: mostWaiting }, (_, index) =>
      from(`192.0.2.${index}`, wrong),
    );
    expect(await from("198.51.100.7", wrong)).toEqual({ status: 429, ms: 0 });
    expect(await from("198.51.100.7", { authorization: bearer })).toEqual({ status: 200, ms: 0 });
    await clock.advance(8_000);
    await Promise.all(guesses);
    expect(clock.waiting()).toBe(0);
  });
});

describe("the host a client asks for", () => {
  const hosts = ["Watch.example.com", "10.0.0.7", "[fd00::7]"];

  test.each<[host: string, open: number, withToken: number, withHosts: number]>([
    ["localhost", 200, 200, 200],
    ["LOCALHOST:8080", 200, 200, 200],
    ["127.0.0.1:8080", 200, 200, 200],
    ["[::1]:8080", 200, 200, 200],
    ["[::1]", 200, 200, 200],
    ["10.0.0.7:8080", 200, 200, 200],
    ["10.0.0.8", 200, 200, 421],
    ["[fd00::7]:8080", 200, 200, 200],
    ["[fd00::8]:8080", 200, 200, 421],
    ["watch.example.com", 421, 200, 200],
    ["WATCH.example.com:443", 421, 200, 200],
    ["evil.example.com", 421, 200, 421],
    ["watch.example.com.evil.example", 421, 200, 421],
    ["localhost.evil.example", 421, 200, 421],
    ["127.0.0.1.evil.example", 421, 200, 421],
    ["127.evil.example", 421, 200, 421],
    ["evil.example:localhost", 421, 200, 421],
    ["", 421, 200, 421],
  ])("%j: open to all %i, with a token %i, with hosts %i", async (host, ...expected) => {
    const servers = [{ hosts: [] }, { token, hosts: [] }, { hosts }];
    const answers = servers.map((server) =>
      ask(appWith({ server }), "/api/v1/connections", { host, authorization: bearer }),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(expected);
  });

  test.each([
    ["watch.example.com", []],
    ["watch.example.com:443", ["other.example.com"]],
  ])(
    "%s is ours where people are led to it, whatever hosts there are: %j",
    async (host, listed) => {
      const server = { hosts: listed, publicUrl: "https://Watch.example.com/dli" };
      const app = appWith({ server });
      expect(await ask(app, "/api/v1/connections", { host })).toMatchObject({ status: 200 });
      expect(await ask(app, "/api/v1/connections", { host: "evil.example.com" })).toMatchObject({
        status: 421,
      });
    },
  );

  test("a list counts beside a token as well", async () => {
    const app = appWith({ server: { token, hosts } });
    const headers = { host: "evil.example.com", authorization: bearer };
    expect(await ask(app, "/api/v1/connections", headers)).toMatchObject({ status: 421 });
  });

  test("the refusal names it and the way out", async () => {
    const { body } = await ask(appWith(), "/", { host: "watch.example.com:80" });
    expect(body).toEqual({
      error: 'the host "watch.example.com" is not served here; add it to server.hosts',
    });
  });

  test.each(["/healthz", "/readyz"])("%s answers to any", async (path) =>
    expect(await ask(appWith(), path, { host: "evil.example.com" })).toMatchObject({ status: 200 }),
  );
});
