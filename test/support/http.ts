import { expect, onTestFinished } from "vitest";
import { createHttp, type Http } from "../../src/http.ts";
import type { FakeClock } from "./clock.ts";

/** A door of the test's own; at the test's end it is closed, and no timer may be left. */
export function testHttp(clock: FakeClock): Http {
  const http = createHttp({ clock });
  onTestFinished(async () => {
    await http[Symbol.asyncDispose]();
    expect(clock.waiting()).toBe(0);
  });
  return http;
}
