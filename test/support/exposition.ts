/** One series of a metric, its labels unescaped. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads Prometheus' text format 0.0.4; throws where a line is not of it. */
export function readExposition(text: string): readonly Series[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("# "))
    .map(readSeries);
}

const seriesLine = /^(?<name>[a-z_]+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/s;
const label = /(?<name>[a-z_]+)="(?<value>(?:[^"\\]|\\.)*)"(?:,|$)/gsy;

function readSeries(line: string): Series {
  const { name, labels = "", value } = line.match(seriesLine)?.groups ?? {};
  const found = [...labels.matchAll(label)];
  if (name === undefined || found.map(([text]) => text).join("") !== labels) {
    throw new Error(`No series: ${line}`);
  }
  const read = found.map(({ groups }) => [groups?.["name"], unescaped(groups?.["value"] ?? "")]);
  return { name, labels: Object.fromEntries(read), value: Number(value) };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}
