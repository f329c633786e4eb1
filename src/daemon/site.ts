import type { Clock } from "../clock.ts";
import { type Config, sameConfig } from "../config/config.ts";
import { type AppParts, createApp } from "../web/app.ts";
import { serve } from "../web/serve.ts";

/** What the daemon answers over HTTP, as it is configured now. */
export interface Site extends AsyncDisposable {
  readonly url: string;
  /** Answers by another configuration; throws a UserError, and goes on as before, where it cannot listen. */
  replace(config: Config): Promise<void>;
}

export async function openSite(
  config: Config,
  parts: Omit<AppParts, "server">,
  clock: Clock,
): Promise<Site> {
  const appOf = ({ server }: Config) => createApp({ ...parts, server });
  const listenAs = ({ server }: Config) =>
    serve({ fetch: (request) => app.fetch(request), listen: server.listen, clock });
  let app = appOf(config);
  let listening = await listenAs(config);
  let { listen } = config.server;
  return {
    get url() {
      return listening.url;
    },
    async replace(next) {
      const before = listening;
      if (!sameConfig(listen, next.server.listen)) listening = await listenAs(next);
      listen = next.server.listen;
      app = appOf(next);
      if (listening !== before) await before[Symbol.asyncDispose]();
    },
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
}
