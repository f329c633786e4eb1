import { expect, test } from "vitest";
import { consoleOf, pageOf } from "../../src/core/links.ts";

test.each([
  ["prod", "378eb1e6", "/connections/prod/378eb1e6"],
  ["a/b ?#%", "c1", "/connections/a%2Fb%20%3F%23%25/c1"],
  ["生产", "../..", "/connections/%E7%94%9F%E4%BA%A7/..%2F.."],
  ['"><script>', "c1", "/connections/%22%3E%3Cscript%3E/c1"],
])("of project %j and connection %j the page is %s", (project, connection, path) => {
  expect(pageOf("https://watch.example.com/dli", project, connection)).toBe(
    `https://watch.example.com/dli${path}`,
  );
});

test.each([
  ["cn-north-4", "https://console.huaweicloud.com/dli/?region=cn-north-4"],
  ["ap-southeast-3", "https://console-intl.huaweicloud.com/dli/?region=ap-southeast-3"],
  ["eu-west-101", "https://console.eu.huaweicloud.com/dli/?region=eu-west-101"],
  ["eu-de", "https://console.otc.t-systems.com/dli/?region=eu-de"],
])("the console of %s is %s", (region, url) => {
  expect(consoleOf(region)).toBe(url);
});
