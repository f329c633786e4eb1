import { describe, expect, test } from "vitest";
import { compileTemplate } from "../../src/config/liquid.ts";
import { sampleEvent } from "../support/events.ts";

const event = sampleEvent("transition");
const message = { title: event.data.title };

function filled(source: string, longest = 64_000, timezone = "Asia/Shanghai") {
  const { template, fault } = compileTemplate(source, longest);
  return template ? template.fill({ event, message }, timezone) : { refused: fault };
}

describe("a template is refused, with its place and without a word of it:", () => {
  test.each([
    ["{{ event.data.title | jsn }}", "unknown filter in its line 1, column 1; did you mean json?"],
    ["a\n  {{ mesage.title }}", "unknown variable in its line 2, column 6; did you mean message?"],
    ["{{ secret }}", "unknown variable in its line 1, column 4; there are event and message"],
    ["{% fro x in y %}", "unknown tag in its line 1, column 1; did you mean for?"],
    ["a\n {{ event.id", "not closed in its line 2, column 2"],
    ["{% if event.data.to %}x", "not closed in its line 1, column 1"],
    ["{{ | }}", "not understood in its line 1, column 4"],
    ["x".repeat(10_001), "longer than 10000 characters"],
  ])("%.40s", (source, refused) => {
    expect(filled(source)).toEqual({ refused });
  });

  test.each(["include", "render", "layout", "block"])("%s reads files", (tag) => {
    expect(filled(`{% ${tag} '/etc/passwd' %}`)).toEqual({
      refused: expect.stringMatching(/^unknown tag in its line 1/),
    });
  });
});

describe("a template is filled in:", () => {
  test.each([
    ["{{ message.title }}", "Queue etl of orders-hbase is FAILED"],
    ["{{ event.data.connection.labels.team | upcase }}", "DATA"],
    ["{{ event.data.gap_ms }}|{{ event.data.nothing.at_all | json }}", "|null"],
    ["{{ 'a \"quoted\"' | append: event.data.to | json }}", '"a \\"quoted\\"FAILED"'],
    ["{{ event.time | date: '%H:%M' }}", "10:10"],
    ["{{ event.time | date }}", "2026-11-24 10:10:05"],
    ["{{ event.time | date: '%H:%M', 'UTC' }}", "02:10"],
    ["{% for one in event.data.changed %}{{ one.field }}{% endfor %}", ""],
    ["{{ event.constructor.name }}{{ event.__proto__ }}", ""],
    ["{% increment event %}{{ message.title | slice: 0, 5 }}", "0Queue"],
  ])("%s", (source, text) => {
    expect(filled(source)).toEqual({ text });
  });

  test("and changes nothing of what it is given", () => {
    const data = { event, message };
    compileTemplate("{% increment event %}", 100).template?.fill(data, "UTC");
    expect(data.event).toBe(event);
  });

  test("and is well-formed Unicode, whatever the cloud says", () => {
    const data = { event: { data: { title: "\ud83d" } } };
    const { template } = compileTemplate("{{ event.data.title }}", 100);
    expect(template?.fill(data, "UTC")).toEqual({ text: "\ufffd" });
  });
});

describe("a template is given up", () => {
  test("where its result is longer than allowed, by a character", () => {
    expect(filled("abc", 3)).toEqual({ text: "abc" });
    expect(filled("abcd", 3)).toEqual({
      fault: "it makes 4 characters, where 3 are allowed",
    });
  });

  test.each([
    ["memory", "{% for i in (1..10000000) %}x{% endfor %}", /^memory alloc limit exceeded/],
    [
      "time",
      `{% for i in (1..999) %}{% for j in (1..999) %}${"{{ message.title }}".repeat(200)}{% endfor %}{% endfor %}`,
      /^template render limit exceeded/,
    ],
  ])("where it takes too much %s", (_, source, fault) => {
    expect(filled(source)).toEqual({ fault: expect.stringMatching(fault) });
  });
});
