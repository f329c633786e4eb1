import { styleText } from "node:util";
import Table from "cli-table3";
import { oneLine, truncateMiddle } from "../core/text.ts";

/** A cell: its text, with a style where the output shows styles. */
export type Cell = string | { readonly text: string; readonly style: Style };

/** Those that cli-table3 ends properly where it cuts a cell. */
type Style = "red" | "yellow" | "green" | "gray" | "bold";

/** Where a table goes; only a terminal has `columns`. */
export type Output = NodeJS.WritableStream & { readonly columns?: number };

/** Length of the longest cell, in UTF-16 code units: cli-table3 takes quadratic time to cut wide characters. */
const longestCell = 500;

const narrowestColumn = 4;

/** A UUID's: one that is cut cannot be copied. */
const idWidth = 36;

const gap = "  ";

const borderless = {
  chars: {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: gap,
  },
  style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
};

/**
 * Aligned columns below a heading, one line a row, without control characters. On a terminal the
 * widest columns are cut until the lines fit, and styles show if it supports them.
 */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly Cell[])[],
  output: Output,
): string {
  const show = (cell: Cell) =>
    typeof cell === "string"
      ? shown(cell)
      : styleText(cell.style, shown(cell.text), { stream: output });
  const table = new Table({
    ...borderless,
    head: heading.map((text) => show({ text, style: "bold" })),
  });
  table.push(...rows.map((row) => row.map(show)));
  if (output.columns) {
    table.toString(); // measures the columns, by the way
    const widths = table.options.colWidths.map((width) => width ?? 0);
    table.options.colWidths = fit(widths, output.columns - gap.length * (widths.length - 1));
  }
  return table.toString().replace(/ +$/gm, "");
}

function shown(text: string): string {
  return truncateMiddle(oneLine(text), longestCell);
}

/** The widths, the widest cut down until all fit into `room`; what is no wider than an id only if nothing else is left. */
function fit(widths: readonly number[], room: number): number[] {
  for (const whole of [idWidth, narrowestColumn]) {
    for (let cap = Math.max(...widths); cap > narrowestColumn; cap--) {
      const capped = widths.map((width) => (width > whole ? Math.min(width, cap) : width));
      if (capped.reduce((sum, width) => sum + width, 0) <= room) return capped;
    }
  }
  return widths.map((width) => Math.min(width, narrowestColumn));
}
