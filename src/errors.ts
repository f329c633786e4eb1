/** Exit statuses of the command line (see README, "Commands"). */
export const exitStatus = { ok: 0, bad: 1, configuration: 2, store: 3 } as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** Something the operator can mend: shown as its message alone, without a stack. Anything else thrown is a bug. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly status: ExitStatus;

  /** `message` names the place (file, line, field, endpoint) and the way out. */
  constructor(message: string, status: ExitStatus, options?: { cause?: unknown }) {
    super(message, options);
    this.status = status;
  }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
