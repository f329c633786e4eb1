/** What the configuration says about when something counts. */
export interface PolicySettings {
  /** Polls that must agree before a change to this state (upper case), or `gone`, counts; `other` for the rest. */
  readonly confirm: {
    readonly other: number;
    readonly gone: number;
    readonly states: Readonly<Record<string, number>>;
  };
  /** Rounds without one success (project), polls in a row (one connection). */
  readonly unreachableAfter: number;
  /** What to tell about resources of a connection never seen before. */
  readonly firstSight: "failed" | "all" | "none";
}
