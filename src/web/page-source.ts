import type { Explain } from "../core/draft.ts";
import type { Store } from "../store/store.ts";
import type { ApiSource } from "./api.ts";

/** What the pages read from. */
export interface PageSource extends Omit<ApiSource, "store"> {
  readonly store: Pick<Store, "events" | "deliveries" | "observations">;
  readonly explain: Explain;
  /** IANA name of the zone in which times are shown. */
  readonly timezone: () => string;
}
