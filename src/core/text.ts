/** Said where a text was cut. */
export const cutMark = "… (cut)";

/** Size of one character (code point) in the unit of a limit. */
type SizeOf = (character: string) => number;

/**
 * The text, or as much of it as fits `max` together with a mark that says it was cut; never half a character.
 * Sizes are UTF-16 code units unless `sizeOf` says otherwise (`Buffer.byteLength` for bytes); `max` must hold the mark.
 */
export function truncate(
  text: string,
  max: number,
  sizeOf: SizeOf = (character) => character.length,
): string {
  const room = max - sizeOfText(cutMark, sizeOf);
  let size = 0;
  let end = 0;
  let kept = 0;
  for (const character of text) {
    size += sizeOf(character);
    if (size > max) return text.slice(0, kept) + cutMark;
    end += character.length;
    if (size <= room) kept = end;
  }
  return text;
}

/**
 * The text, or its beginning and its end with a mark between them, since messages end with the way out; never half a
 * character. `max` is in UTF-16 code units.
 */
export function truncateMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const mark = ` ${cutMark} … `;
  const half = Math.floor((max - mark.length) / 2);
  const beginning = text.slice(0, half).replace(/[\uD800-\uDBFF]$/, "");
  const end = text.slice(-half).replace(/^[\uDC00-\uDFFF]/, "");
  return beginning + mark + end;
}

function sizeOfText(text: string, sizeOf: SizeOf): number {
  return Array.from(text).reduce((sum, character) => sum + sizeOf(character), 0);
}

/** Everything invisible but line feed and tab: control, bidirectional and other format characters. */
const invisible = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The text without what could steer a terminal or turn its reading direction; half characters become U+FFFD. */
export function visibleText(text: string): string {
  return text.toWellFormed().replace(invisible, "").trim();
}

/** {@link visibleText} on one line. */
export function oneLine(text: string): string {
  return visibleText(text).replace(/\s+/g, " ");
}

/** The text with `#` for each UUID and number: two texts that differ in nothing else say the same. */
export function withoutIds(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "#")
    .replaceAll(/\d+/g, "#");
}
