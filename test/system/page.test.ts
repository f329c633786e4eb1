import { readFileSync, writeFileSync } from "node:fs";
import axe from "axe-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createFeed } from "../../src/web/feed.ts";
import { serve } from "../../src/web/serve.ts";
import { type Opened, open, overflowOf, startBrowser } from "../support/browser.ts";
import { hostileInstallation, hostilePaths, pageTexts } from "../support/hostile-installation.ts";
import { projectOf, startCloud, startRecording } from "../support/installation.ts";
import { livedIn } from "../support/lived-in.ts";
import { startWatching } from "../support/watching.ts";
import { appWith } from "../support/web-app.ts";

let browser: Awaited<ReturnType<typeof startBrowser>>;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };
const kafka = "/connections/prod/4c693ecc-bab8-4113-a838-129cedc9a563";

/** Serves an app over these parts; gives its address. */
async function served(parts: Parameters<typeof appWith>[0]): Promise<string> {
  const report = (error: unknown) => {
    throw error;
  };
  const { store } = parts ?? {};
  const clock = systemClock;
  const events = store ?? { events: async () => [] };
  const feed = createFeed({ store: events, latest: () => 0, clock, report });
  const { fetch } = appWith({ ...parts, feed });
  const site = await serve({ fetch, listen: { host: "127.0.0.1", port: 0 }, clock });
  onTestFinished(async () => {
    feed.end();
    await site[Symbol.asyncDispose]();
  });
  return site.url;
}

/** What axe finds that keeps people out. */
async function barriersIn({ page }: Opened): Promise<readonly string[]> {
  const found: axe.AxeResults = await page.evaluate(`${axe.source}; axe.run()`);
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe("a watcher at work", () => {
  test("shows a change of state without being loaded again", async () => {
    const cloud = await startCloud({
      connections: [{ id: "e1", kind: "enhanced", queues: { etl: { status: "ACTIVE" } } }],
    });
    const hook = await startRecording();
    const { url } = await startWatching({
      projects: [projectOf(cloud, ["e1"])],
      notifiers: { hook: { type: "webhook", url: hook.origin } },
    });
    await cloud.asked(2);
    const { page, wrong } = await open(browser, url, desktop);
    expect(await page.textContent("h1")).toBe("All is well with 1 connection");

    cloud.set("e1", { queues: { etl: { status: "FAILED", err_msg: "no router" } } });
    await page.waitForSelector(".troubles b.failed", { timeout: 10_000 });
    expect(await page.textContent("h1")).toBe("1 problem");
    expect(await page.title()).toMatch(/^1 problem/);
    expect(await page.textContent(".troubles")).toMatch(/FAILED\s+Queue etl · e1.*no router/s);

    await page.click(".troubles a");
    await page.waitForSelector(".timeline .open");
    expect(page.url()).toBe(`${url}/connections/prod/e1`);
    await page.goBack();
    cloud.set("e1", { queues: { etl: { status: "ACTIVE" } } });
    await page.waitForSelector("h1.well", { timeout: 10_000 });
    expect(wrong).toEqual([]);
  });

  test("is the same page after that, with what is written into it, and says when it is old", async () => {
    const cloud = await startCloud({ connections: [{ id: "e1", kind: "enhanced" }] });
    const { url, signal } = await startWatching({
      projects: [projectOf(cloud, ["e1"])],
      notifiers: { screen: { type: "console" } },
    });
    await cloud.asked(2);
    const { page } = await open(browser, url, desktop);
    await page.evaluate("window.isTheSame = true");
    await page.fill("input[type=search]", "half a wo");
    cloud.set("e1", { state: "FAILED", message: "no" });
    await page.waitForSelector("h1.bad", { timeout: 10_000 });
    expect(await page.evaluate("window.isTheSame")).toBe(true);
    expect(await page.inputValue("input[type=search]")).toBe("half a wo");

    expect(await page.isVisible("#lost")).toBe(false);
    signal("SIGKILL");
    await page.waitForSelector("#lost", { state: "visible", timeout: 10_000 });
  });

  test("lets only those see it who know the token", async () => {
    const cloud = await startCloud({ connections: [{ id: "e1", kind: "enhanced" }] });
    const { url } = await startWatching({
      projects: [projectOf(cloud, ["e1"])],
      notifiers: { screen: { type: "console" } },
      server: { listen: "127.0.0.1:0", token: "open sesame" },
    });
    const statusWith = async (password: string) => {
      const context = await browser.newContext({ httpCredentials: { username: "", password } });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const answer = await page.goto(url);
      return { status: answer?.status(), page };
    };
    const refused = await statusWith("open barley");
    expect(refused.status).toBe(401);
    expect(await refused.page.content()).not.toContain("e1");
    const { status, page } = await statusWith("open sesame");
    expect(status).toBe(200);
    cloud.set("e1", { state: "FAILED", message: "no" });
    await page.waitForSelector("h1.bad", { timeout: 10_000 });
  });
});

describe("the pages", () => {
  let source: Awaited<ReturnType<typeof livedIn>>;
  beforeAll(async () => {
    source = await livedIn();
  });

  test.each([
    ["light", "en-GB", "3 problems"],
    ["dark", "zh-CN", "3 个问题"],
  ] as const)("have nothing serious for axe: %s, %s", async (colorScheme, locale, title) => {
    const url = await served(source);
    for (const path of ["/", "/?q=nothing", kafka, `${kafka}?range=30d`, "/connections/a/b"]) {
      const opened = await open(browser, url + path, { ...desktop, colorScheme, locale });
      if (path === "/") expect(await opened.page.textContent("h1")).toBe(title);
      expect(await barriersIn(opened)).toEqual([]);
    }
  });

  test("show what is asked for, without a script, too", async () => {
    const url = await served(source);
    const { page } = await open(browser, url, { ...desktop, javaScriptEnabled: false });
    await page.fill("input[type=search]", "kafka");
    await page.selectOption("select[name=project]", "prod");
    await page.click("button");
    expect(new URL(page.url()).search).toBe("?q=kafka&state=&project=prod");
    expect(await page.locator(".list > li").count()).toBe(1);
    await page.click(".list a");
    expect(await page.locator(".bar").count()).toBe(4);
    await page.click("nav a >> nth=1");
    expect(new URL(page.url()).search).toBe("?range=7d");
  });

  test("fit a phone", async () => {
    const url = await served(source);
    for (const path of ["/", kafka]) {
      const { page } = await open(browser, url + path, phone);
      expect(await overflowOf(page)).toBe(0);
    }
  });

  // `UPDATE_SCREENSHOTS=1 npm run test:system` takes them anew.
  test("are shown by README.md in their present size", async () => {
    const readme = readFileSync("README.md", "utf8");
    const url = await served(source);
    const shots = [
      ["docs/status-light.png", "/", { ...desktop, colorScheme: "light" }],
      ["docs/connection-dark.png", kafka, { ...phone, colorScheme: "dark" }],
    ] as const;
    for (const [path, address, options] of shots) {
      const { page } = await open(browser, url + address, options);
      const shot = await page.screenshot();
      if (process.env["UPDATE_SCREENSHOTS"]) writeFileSync(path, shot);
      expect(readme).toContain(`](${path})`);
      expect(sizeOf(readFileSync(path))).toEqual(sizeOf(shot));
    }
  });
});

/** Width and height, as a PNG begins with them. */
function sizeOf(png: Buffer): readonly number[] {
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

describe("no text that others may choose does anything but stand there", () => {
  /** What each page does beside being one, by its path. */
  async function misdeedsOf(url: string, paths: readonly string[]) {
    const { page, wrong } = await open(browser, url, phone);
    const misdeeds: string[] = [];
    for (const path of paths) {
      await page.goto(url + path);
      const isElsewhere = new URL(page.url()).origin !== url;
      const executed = await page.evaluate("window.pwned !== undefined");
      const overflow = await overflowOf(page);
      if (isElsewhere || executed || overflow > 0 || wrong.length > 0) {
        misdeeds.push(`${path}: ${JSON.stringify({ isElsewhere, executed, overflow, wrong })}`);
      }
    }
    return misdeeds;
  }

  test("as a name or a reason", async () => {
    expect(pageTexts.length).toBeGreaterThanOrEqual(200);
    expect(await misdeedsOf(await served(await hostileInstallation()), hostilePaths)).toEqual([]);
  });

  test("in the address", async () => {
    // Four of them, nine characters a character in an address, are still less than the 16 kB that Node takes.
    const texts = pageTexts.map((text) => text.slice(0, 400));
    const paths = texts.flatMap((q, index) => {
      const [state = "", project = ""] = texts.slice(index + 1);
      return index % 3 === 0 ? [`/?${new URLSearchParams({ q, state, project, lang: q })}`] : [];
    });
    expect(await misdeedsOf(await served({}), paths)).toEqual([]);
  });
});
