/**
 * When a `Retry-After` header (RFC 9110, 10.2.3: seconds or an HTTP date; some send fractions of seconds) allows the next try, in epoch
 * milliseconds: never before `now`, `undefined` if it is nonsense. How far ahead is believed is the caller's.
 */
export function retryAfter(value: string, now: number): number | undefined {
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return now + Math.ceil(Number(text) * 1_000);
  if (!httpDate.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(at, now);
}

/** `Date.parse` alone finds a date in almost any text. */
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
