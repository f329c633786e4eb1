import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { isoTime } from "../../src/core/notice.ts";
import type { About } from "../../src/web/api.ts";
import { livedIn } from "../support/lived-in.ts";
import { manyConnections } from "../support/many-connections.ts";
import { appWith } from "../support/web-app.ts";

let source: Awaited<ReturnType<typeof livedIn>>;
beforeAll(async () => {
  source = await livedIn();
});

const kafka = "/connections/prod/4c693ecc-bab8-4113-a838-129cedc9a563";

async function get(
  path: string,
  {
    headers = {},
    ...parts
  }: Parameters<typeof appWith>[0] & { readonly headers?: Readonly<Record<string, string>> } = {},
) {
  const app = appWith({ ...source, ...parts });
  const response = await app.request(path, { headers: { host: "localhost", ...headers } });
  return { response, text: await response.text() };
}

/** What a page says, without its markup. */
async function words(...asked: Parameters<typeof get>): Promise<string> {
  const { text } = await get(...asked);
  const [, main = ""] = /<main>(.*)<\/main>/s.exec(text) ?? [];
  return main
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ");
}

describe("the status page", () => {
  test("says first what is bad: the worst first, since when, why, and what to do", async () => {
    const said = await words("/");
    expect(said).toMatch(
      /^ 3 problems .* Problems FAILED Queue etl · orders-hbase prod since 2026-11-24 10:41:00 · 19m Failed to get subnet .* fail\.the subnet could not be found\."}/,
    );
    expect(said).toMatch(/Cause DLI's agency may not read the VPC.* What to do Grant DLI's agency/);
    expect(said).toMatch(
      /FAILED Queue etl .*CREATING stuck Pool adhoc .*cannot be seen Project staging/,
    );
  });

  test("shows every connection and binding of every project", async () => {
    expect(await words("/")).toMatch(
      /prod ACTIVE orders-hbase 1d FAILED Queue etl 19m .* ACTIVE Queue reports .* CREATING metrics-opentsdb 6m 40 % .* staging ACTIVE staging-rds 1d cannot be seen/,
    );
  });

  test("says how the watcher itself is doing", async () => {
    expect(await words("/")).toMatch(
      /Last answer 0ms ago Cannot see staging 2\/2 · permission · 1h 50m Notifiers oncall accepts hook does not accept now again in 4m Outbox hook: 1 waiting, the oldest for 6m Given up none Mutes moving the VPC project staging until 2026-11-24 13:00:00 /,
    );
  });

  test("says what is wrong with it", async () => {
    const now = source.now();
    const failing = { since: isoTime(now - 60_000), incident: "i", error: "HTTP 404 no_service" };
    const [sample] = await source.notifiers();
    if (!sample) throw new Error("a notifier");
    const about: About = {
      ...source.about(),
      startedAt: now - 60_000,
      seenBefore: now - 3_600_000,
      trouble: ["the store cannot be written: disk full"],
      configuration: { loadedAt: now, problems: ["watch.yaml:3:1 projects: is missing"] },
    };
    const said = await words("/", {
      about: () => about,
      projects: () => [],
      mutes: async () => [],
      notifiers: async () => [
        { ...sample, state: "failing", failing, dead: 7, held: 2 },
        { ...sample, name: "old", type: undefined },
      ],
    });
    expect(said).toMatch(
      /The watcher the store cannot be written: disk full Last answer none yet Was not watching 2026-11-24 10:00:00 – 2026-11-24 10:59:00 .* oncall refuses everything 1m HTTP 404 no_service old not configured Outbox oncall: 2 held for later Given up oncall: 7 Configuration .* not taken up: watch\.yaml:3:1 projects: is missing/,
    );
    expect(said).toContain("No connection is watched yet.");
  });

  test.each<[string, readonly string[]]>([
    ["?q=KAFKA", ["clicks-kafka", "staging-kafka"]],
    ["?q=subnet", ["orders-hbase"]],
    ["?q=team%3Ddata&project=staging", ["staging-rds", "staging-kafka"]],
    ["?q=sessions", ["clicks-kafka"]],
    ["?state=failed", ["orders-hbase"]],
    ["?state=CREATING", ["ledger-rds", "metrics-opentsdb"]],
    ["?state=bad&project=prod", ["orders-hbase", "ledger-rds"]],
    ["?q=nothing+like+it", []],
    ["?q=%3Cscript%3E&state=%22&project=%27", []],
  ])("%s shows what was asked for alone", async (query, expected) => {
    const { text } = await get(`/${query}`);
    const [, list = ""] = /<h2 id="connections">(.*)<\/section>/s.exec(text) ?? [];
    const shown = [...list.matchAll(/<a href="\/connections[^>]*>([^<]*)/g)].map(
      ([, name]) => name,
    );
    expect(shown).toEqual(expected);
    expect(text).not.toContain('<script>"');
  });

  test("a filter leaves out the problems of others, and the form keeps it", async () => {
    const { text } = await get("/?project=prod&state=CREATING&q=ledger");
    expect(await words("/?project=prod&state=CREATING&q=ledger")).not.toContain("Queue etl");
    expect(text).toContain('name="q" value="ledger"');
    expect(text).toContain('<option value="CREATING" selected>');
    expect(text).toContain('<option value="prod" selected>');
  });

  test("the problem of a project is shown where the project is", async () => {
    expect(await words("/?project=staging")).toMatch(/Problems cannot be seen Project staging/);
    expect(await words("/?project=prod")).not.toContain("Project staging");
  });

  test("a thousand connections with two queues each fit into 300 kB", async () => {
    const { text } = await get("/", manyConnections(1_000));
    expect(text.match(/<a href="\/connections/g)).toHaveLength(1_000);
    expect(Buffer.byteLength(text)).toBeLessThan(300_000);
  });

  test("more than a thousand are found by searching", async () => {
    const { text } = await get("/", manyConnections(1_003));
    expect(text.match(/<a href="\/connections/g)).toHaveLength(1_000);
    expect(text).toContain("3 more connections: search, or choose a project.");
  });
});

describe("the page of a connection", () => {
  test("says what happened, and who was told", async () => {
    const said = await words("/connections/prod/378eb1e6-521d-41a4-a41c-bbb58f34a6d6");
    expect(said).toMatch(
      /Incident not over 2026-11-24 10:41:00 Queue etl: state CREATING → FAILED Failed to get subnet .* oncall accepted 2026-11-24 10:41:00 hook accepted .* 2026-11-24 10:37:00 Queue etl: state ACTIVE → CREATING/,
    );
    expect(said).toMatch(/Attributes id 378eb1e6.* kind enhanced .* labels.team data/);
  });

  test("says as text what its bars show: states and gaps", async () => {
    const said = await words(kafka);
    expect(said).toContain("2026-11-23 19:00:00 – 2026-11-23 19:05:00 (5m): FAILED");
    expect(said).toMatch(/2026-11-23 23:59:00 – 2026-11-24 01:10:00 \(1h 11m\): not visible/);
    expect(await words(`${kafka}?range=7d`)).toMatch(
      /– 2026-11-23 11:0\d:00 \(6d\): not there, or not watched/,
    );
  });

  test("draws each bar from end to end", async () => {
    const { text } = await get(kafka);
    const bars = [...text.matchAll(/<svg class="bar".*?<\/svg>/gs)].map(([bar]) =>
      [...bar.matchAll(/class="(\w+)" x="([\d.]+)%" width="([\d.]+)%"/g)].map(
        ([, state, x, width]) => ({
          state,
          x: Number(x),
          end: Number(x) + Number(width),
        }),
      ),
    );
    expect(bars).toHaveLength(4);
    for (const bar of bars) {
      expect(bar.at(-1)?.end).toBeCloseTo(100, 1);
      expect(bar.some(({ state }) => state === "blind")).toBe(true);
    }
  });

  test("is found by its link, whatever it is called", async () => {
    const names = [
      "a/b",
      "100%",
      "%2F",
      "%252F",
      "a?b=c",
      "a#b",
      "队列 ü",
      "a&b",
      "..a",
      "\\",
      "<x>",
      "'",
    ];
    const connections = names.map((id) => ({ id, labels: {} }));
    const projects = () => names.map((name) => ({ name, connections }));
    const { text } = await get("/", { projects });
    const links = [...text.matchAll(/<a href="(\/connections[^"]*)/g)].map(([, link = ""]) => link);
    expect(new Set(links).size).toBe(names.length ** 2);
    const statuses = links.map(async (link) => {
      const path = link.replaceAll("&#39;", "'");
      return (await get(path, { projects })).response.status;
    });
    expect(new Set(await Promise.all(statuses))).toEqual(new Set([200]));
  });

  test.each(["/connections/prod/none", "/connections/none/378eb1e6-521d-41a4-a41c-bbb58f34a6d6"])(
    "%s is 404",
    async (path) => {
      const { response, text } = await get(path);
      expect(response.status).toBe(404);
      expect(text).toContain("No connection with this id");
    },
  );
});

describe("languages", () => {
  test.each([
    ["en", ""],
    ["en", "fr"],
    ["en", "*"],
    ["zh", "zh-CN,zh;q=0.9,en;q=0.8"],
    ["zh", "de, zh-Hant-HK;q=0.5, en;q=0.4"],
    ["en", "zh;q=0, en"],
  ])("%s answers %j", async (language, accepted) => {
    const { text } = await get("/", { headers: { "accept-language": accepted } });
    expect(text).toContain(`<html lang="${language}">`);
  });

  test("hints, causes and durations are in it, too", async () => {
    const said = await words("/?lang=zh");
    expect(said).toContain("DLI 委托无权读取 VPC，或子网不存在。");
    expect(said).toContain("权限");
    expect(said).toContain("19分钟");
  });

  test("the address goes before the browser, and every link keeps it", async () => {
    const { text } = await get("/?lang=zh", { headers: { "accept-language": "en" } });
    expect(text).toContain("3 个问题");
    const links = [...text.matchAll(/<a [^>]*href="(\/[^"]*)"/g)].map(([, link]) => link);
    expect(links.filter((link) => !link?.includes("lang=zh"))).toEqual(["/?lang=en"]);
    expect(text).toContain('<input type="hidden" name="lang" value="zh">');
  });
});

test("pages may do nothing but what stands in them", async () => {
  for (const path of ["/", kafka, "/connections/a/b"]) {
    const { response, text } = await get(path);
    const policy = response.headers.get("content-security-policy");
    const hashes = ["script", "style"].map((tag) => {
      const [, inside = ""] = new RegExp(`<${tag}>(.*?)</${tag}>`, "s").exec(text) ?? [];
      return `${tag}-src 'sha256-${createHash("sha256").update(inside).digest("base64")}'`;
    });
    expect(policy?.split("; ")).toEqual(expect.arrayContaining(["default-src 'none'", ...hashes]));
    expect(policy).not.toContain("unsafe");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(text).not.toMatch(/ style=| on\w+=/);
  }
});
