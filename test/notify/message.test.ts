import { expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { plainVoice } from "../../src/core/voice.ts";
import { inWords } from "../../src/notify/message.ts";
import { sampleEvent } from "../support/events.ts";

const publicUrl = "https://watch.example.com";
const page = `${publicUrl}/connections/prod/378eb1e6-521d-41a4-a41c-bbb58f34a6d6`;
const cloud = "https://console.huaweicloud.com/dli/?region=cn-north-4";

/** Where a message leads, beside what a hint says. */
function linksIn(event: Event, voice: { readonly publicUrl?: string }) {
  const { advice } = inWords(event, 0, { ...plainVoice, ...voice });
  return advice.filter(({ label }) => ["History", "Console"].includes(label));
}

test.each<[string, Event, { readonly publicUrl?: string }, readonly string[]]>([
  ["a problem", sampleEvent("transition"), { publicUrl }, [page, cloud]],
  ["a problem without a public_url", sampleEvent("transition"), {}, [cloud]],
  ["its end", sampleEvent("recovery"), { publicUrl }, [page]],
  ["what is about a project", sampleEvent("unreachable"), { publicUrl }, []],
  ["what is about telling", sampleEvent("notifier_failing"), { publicUrl }, []],
])("%s leads to its page and to the vendor's console", (_, event, voice, links) => {
  expect(linksIn(event, voice).map(({ value }) => value)).toEqual(links);
});
