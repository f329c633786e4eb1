/** Resolve when the process is asked to stop, and when it is asked again. */
export function stopSignals(): { readonly first: Promise<void>; readonly second: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let asked = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (asked) second.resolve();
      asked = true;
      first.resolve();
    });
  }
  return { first: first.promise, second: second.promise };
}
