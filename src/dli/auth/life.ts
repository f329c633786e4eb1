import { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { HttpReply } from "../../http.ts";

/** `expires_at` of tokens and temporary keys (`2026-11-25T02:00:00.000000Z`), in epoch milliseconds. */
export const end = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((at) => !Number.isNaN(at), "is no time");

/** How long it is to an end, in milliseconds: by the clock of who set it, where the reply tells it. */
export function lifeOf(endsAt: number, { headers }: HttpReply, clock: Pick<Clock, "now">): number {
  return endsAt - (Date.parse(headers["date"] ?? "") || clock.now());
}
