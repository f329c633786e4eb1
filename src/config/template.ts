import { z } from "zod";
import { headerName, ownHeaders } from "../core/header-name.ts";
import type { Template } from "../core/voice.ts";
import { compileTemplate } from "./liquid.ts";
import { mustBe } from "./values.ts";

/** In characters: of what people read, of a request's body, and of a header. */
const longest = { text: 64_000, body: 1_000_000, header: 4_000 };

/** What every notifier can be told to say. */
export function templates() {
  return z.strictObject(words(), mustBe("a map with title or text"));
}

/** The same of one that also lets its request be written. */
export function requestTemplates() {
  return z.strictObject(
    {
      ...words(),
      body: template(longest.body)
        .exactOptional()
        .describe(
          "Body of the request; its type is application/json unless `headers` say otherwise. Default: the event's JSON.",
        ),
      headers: z
        .record(headerName(ownHeaders), template(longest.header))
        .exactOptional()
        .describe("Headers of the request, beside those that are always the same. Default: none."),
    },
    mustBe("a map with title, text, body or headers"),
  );
}

function words() {
  return {
    title: template(longest.text)
      .exactOptional()
      .describe("The heading. Default: the standard one."),
    text: template(longest.text)
      .exactOptional()
      .describe("What stands below it. Default: reason, facts, advice and what is listed."),
  };
}

function template(most: number) {
  return z.string(mustBe("a Liquid template")).transform((source, context): Template => {
    const { template, fault } = compileTemplate(source, most);
    if (template) return template;
    context.addIssue(`must be a Liquid template (${fault})`);
    return z.NEVER;
  });
}
