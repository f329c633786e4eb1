import type { HttpProxy, Proxies } from "../core/proxy.ts";
import { Secret } from "../core/secret.ts";
import type { Finding } from "./problems.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxies that an environment names, as curl and most others read it: lower case goes before upper case. */
export function proxiesIn(env: Environment): {
  readonly proxies: Proxies;
  readonly findings: readonly Finding[];
} {
  const [http, https] = [named("HTTP_PROXY", env), named("HTTPS_PROXY", env)];
  const exceptions = env["no_proxy"] || env["NO_PROXY"] || "";
  return {
    proxies: {
      ...(http.proxy && { http: http.proxy }),
      ...(https.proxy && { https: https.proxy }),
      except: exceptions.split(/[\s,]+/).filter(Boolean),
    },
    findings: [...(http.findings ?? []), ...(https.findings ?? [])],
  };
}

type Named =
  | { readonly proxy?: HttpProxy; readonly findings?: never }
  | { readonly findings: readonly Finding[]; readonly proxy?: never };

function named(upperCase: string, env: Environment): Named {
  const variable = [upperCase.toLowerCase(), upperCase].find((name) => env[name]);
  const value = variable && env[variable];
  if (!value) return {};
  const proxy = proxyAt(/^\w+:\/\//.test(value) ? value : `http://${value}`, variable);
  if (proxy) return { proxy };
  const message = `the environment variable ${variable} must be the address of an HTTP proxy, such as http://proxy.example.com:3128`;
  return { findings: [{ path: [], at: "key", message }] };
}

function proxyAt(address: string, variable: string): HttpProxy | undefined {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const [user, password] = [decoded(url.username), decoded(url.password)];
  const secrets = [password || user, url.password || url.username].map((text) => new Secret(text));
  return {
    variable,
    url: url.origin,
    ...(user && { login: new Secret(`${user}:${password}`) }),
    secrets: user ? secrets : [],
  };
}

/** A `%` that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
