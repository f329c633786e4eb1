import type { HeartbeatConfig } from "../config/config.ts";
import type { Http } from "../http.ts";
import type { Pulse } from "../watch/heartbeat.ts";

const limits = { deadlineMs: 10_000, maxBytes: 1_024, oversize: "cut" } as const;

/** A heartbeat that asks for the configured address; any 2xx means that it was heard. */
export function pulseOf(heartbeat: HeartbeatConfig | undefined, http: Http): Pulse | undefined {
  return (
    heartbeat && {
      everyMs: heartbeat.everyMs,
      async beat(signal) {
        const url = heartbeat.url.reveal();
        const request = { method: "GET", url, headers: {} } as const;
        const { reply, failure } = await http.exchange(request, { ...limits, signal });
        if (failure) return failure.message;
        const { status } = reply;
        if (status >= 200 && status < 300) return undefined;
        return `${new URL(url).host} answered ${status}: compare the address at heartbeat.url with what the service shows`;
      },
    }
  );
}
