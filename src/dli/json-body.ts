/** The value of a JSON text, or `undefined`, which no JSON text has. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a body that is not as expected looks like. */
export function describeBody(body: string): string {
  if (body.trim() === "") return "empty";
  if (/^\s*</.test(body)) return "an HTML page";
  return parseJson(body) === undefined ? "no complete JSON" : "other JSON";
}
