/** When a connection is polled. */
export type Schedule =
  /** `everyMs` between the starts of two polls; `jitter` is the share (0 to 1) of it by which a start may be late. */
  | { readonly everyMs: number; readonly jitter: number }
  | { readonly cron: string; readonly timezone: string };
