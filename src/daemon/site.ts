import type { Clock } from "../clock.ts";
import { type Config, sameConfig } from "../config/config.ts";
import type { AppParts, createApp } from "../web/app.ts";
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
  let server = serverOf(config);
  let app: ReturnType<typeof loadApp> | undefined;
  const fetch: ReturnType<typeof createApp>["fetch"] = async (...asked) => {
    app ??= loadApp({ ...parts, server });
    return (await app).fetch(...asked);
  };
  let listening = await serve({ fetch, listen: server.listen, clock });
  return {
    get url() {
      return listening.url;
    },
    async replace(next) {
      const before = listening;
      const after = serverOf(next);
      const { listen } = after;
      if (!sameConfig(server.listen, listen)) listening = await serve({ fetch, listen, clock });
      if (!sameConfig(server, after)) parts.feed.end();
      server = after;
      app = undefined;
      if (listening !== before) await before[Symbol.asyncDispose]();
    },
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
}

function serverOf({ server, publicUrl }: Config) {
  return { ...server, ...(publicUrl !== undefined && { publicUrl }) };
}

/** Only when somebody asks: the first poll does not wait for it. */
async function loadApp(parts: AppParts) {
  const { createApp } = await import("../web/app.ts");
  return createApp(parts);
}
