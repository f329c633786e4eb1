/** How far something has come, shown while it goes on. Disposing of it leaves nothing behind. */
export interface Progress extends Disposable {
  /** `share` is from 0 to 1. */
  show(share: number): void;
}

const width = 40;

/** Draws a bar where a person watches; in a pipe nothing. */
export function startProgress(
  output: NodeJS.WritableStream & { readonly isTTY?: boolean },
): Progress {
  const draw = (text: string) => void (output.isTTY && output.write(`\r${text}`));
  let shown = -1;
  return {
    show(share) {
      const percent = Math.floor(Math.min(Math.max(share, 0), 1) * 100);
      if (percent === shown) return;
      shown = percent;
      const done = "█".repeat(Math.round((percent / 100) * width));
      draw(`${done.padEnd(width, "░")} ${percent} %`);
    },
    [Symbol.dispose]: () => draw("\u001b[K"),
  };
}
