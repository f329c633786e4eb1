import { expect, test } from "vitest";
import { proxyOf } from "../../src/core/proxy.ts";

const [http, https] = ["http", "https"].map((url) => ({ variable: "", url, secrets: [] }));
if (!http || !https) throw new Error("There are two proxies.");

test.each([
  ["https://dli.example.com", https],
  ["https://dli.example.com:8443/v2.0", https],
  ["https://10.0.0.1", https],
  ["http://dli.example.com", http],
  ["https://localhost:8443", undefined],
  ["https://127.0.0.2", undefined],
  ["http://[::1]:8080", undefined],
  ["http://169.254.169.254/openstack", undefined],
])("%s goes through its proxy, unless it stays on this machine", (url, proxy) => {
  expect(proxyOf(new URL(url), { http, https, except: [] })).toBe(proxy);
});

test.each([
  ["https://dli.example.com", { http, except: [] }],
  ["http://dli.example.com", { https, except: [] }],
])("%s does not go through the proxy of others", (url, proxies) => {
  expect(proxyOf(new URL(url), proxies)).toBeUndefined();
});

test.each([
  ["*", "https://any.example.com"],
  ["example.com", "https://example.com"],
  ["example.com", "https://dli.example.com"],
  [".example.com", "https://dli.example.com"],
  ["*.example.com", "https://dli.example.com"],
  ["EXAMPLE.com.", "https://example.com."],
  ["example.com:443", "https://example.com"],
  ["example.com:8443", "https://example.com:8443"],
  ["example.com:80", "http://example.com"],
  ["10.0.0.1", "https://10.0.0.1"],
  ["fd00::1", "https://[fd00::1]"],
  ["[fd00::1]", "https://[fd00::1]:8443"],
  ["[fd00::1]:8443", "https://[fd00::1]:8443"],
])("%s in NO_PROXY excepts %s", (entry, url) => {
  expect(proxyOf(new URL(url), { http, https, except: ["other.test", entry] })).toBeUndefined();
});

test.each([
  ["example.com", "https://myexample.com"],
  ["example.com", "https://example.com.org"],
  ["dli.example.com", "https://example.com"],
  ["example.com:8443", "https://example.com"],
  ["example.com:443", "http://example.com"],
  ["[fd00::1]:443", "https://[fd00::1]:8443"],
  ["fd00::1", "https://[fd00::2]"],
])("%s in NO_PROXY does not except %s", (entry, url) => {
  expect(proxyOf(new URL(url), { http, https, except: [entry] })).toBeDefined();
});
