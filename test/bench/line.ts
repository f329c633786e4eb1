/** One thing that was measured, a number a run. */
export interface Line {
  readonly what: string;
  readonly unit: string;
  readonly runs: readonly number[];
  /** What the median is to be, at most. */
  readonly aim?: number;
}

/** All lines as a table in Markdown. */
export function formatLines(lines: readonly Line[]): string {
  return [
    "| What | Median | Least to most | Aim, at most |",
    "| --- | ---: | ---: | ---: |",
    ...lines.map(({ what, unit, runs, aim }) => {
      const span = `${formatNumber(Math.min(...runs))} to ${formatNumber(Math.max(...runs))}`;
      const limit = aim === undefined ? "" : formatNumber(aim);
      return `| ${what} | ${formatNumber(median(runs))} ${unit} | ${span} | ${limit} |`;
    }),
  ].join("\n");
}

/** The middle of the numbers. */
function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The quotients of two series, run by run: what runs in turn runs under the same load. */
export function ratios(over: readonly number[], under: readonly number[]): readonly number[] {
  return over.map((number, run) => number / (under[run] ?? Number.NaN));
}

/** Three digits that count. */
function formatNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}
