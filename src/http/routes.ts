import { getCACertificates } from "node:tls";
import { Agent, type Dispatcher, Pool, ProxyAgent } from "undici";
import { type HttpProxy, type Proxies, proxyOf } from "../core/proxy.ts";

/** How a request gets to its host. */
export interface HttpRoute {
  readonly dispatcher: Dispatcher;
  /** On the way. */
  readonly proxy?: HttpProxy;
}

export interface Routes extends AsyncDisposable {
  to(url: string): HttpRoute;
}

/** A connection is reused for this long unless the server says otherwise: polls are seconds apart, a TLS handshake costs twenty of them. */
const keepAliveMs = 30_000;
const connectTimeoutMs = 10_000;

/** Keeps sockets open, to hosts and through proxies. `ca` (PEM) is trusted beside the certificate authorities that Node trusts. */
export function createRoutes(ca: string | undefined, proxies: Proxies = { except: [] }): Routes {
  const tls = { allowH2: false, ...(ca !== undefined && { ca: [...getCACertificates(), ca] }) };
  const usual = { allowH2: false, keepAliveTimeout: keepAliveMs };
  const agent = new Agent({ ...usual, connect: { ...tls, timeout: connectTimeoutMs } });
  const direct: HttpRoute = { dispatcher: agent };
  const { http, https } = proxies;
  const through = new Map(
    [http, https].flatMap((proxy) => {
      if (!proxy) return [];
      const dispatcher = new ProxyAgent({
        ...usual,
        uri: proxy.url,
        ...(proxy.login && { token: basic(proxy.login.reveal()) }),
        requestTls: tls,
        proxyTls: tls,
        connectTimeout: connectTimeoutMs,
        // A proxy that never answers a CONNECT must not keep its socket longer than one that cannot be reached.
        clientFactory: (origin, options) =>
          new Pool(origin, { ...options, headersTimeout: connectTimeoutMs }),
      });
      return [[proxy, { dispatcher, proxy }] as const];
    }),
  );
  return {
    to(url) {
      if (through.size === 0 || !URL.canParse(url)) return direct;
      const proxy = proxyOf(new URL(url), proxies);
      return (proxy && through.get(proxy)) ?? direct;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(
        [direct, ...through.values()].map(({ dispatcher }) => dispatcher.destroy()),
      );
    },
  };
}

function basic(login: string): string {
  return `Basic ${Buffer.from(login).toString("base64")}`;
}
