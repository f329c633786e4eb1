import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";

/** Debian's, as `.ci/run` installs it. */
const executablePath = "/usr/bin/chromium";

/** Resolves with a browser; dispose of it. */
export function startBrowser() {
  // Its sandbox cannot be had as root in a container.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

type Browser = Awaited<ReturnType<typeof startBrowser>>;

/** A page, and everything in it that should not be: errors, dialogs, what its policy forbids. */
export interface Opened {
  readonly page: Page;
  readonly wrong: readonly string[];
}

/** Opens an address in a profile of its own, which is gone after the test. */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("dialog", async (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("popup", (popup) => wrong.push(`popup: ${popup.url()}`));
  await page.goto(url);
  return { page, wrong };
}

/** By how many pixels the page is wider than the window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
}
