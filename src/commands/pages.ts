const pageSize = 1_000;

/** Which rows: those with a greater sequence, at most so many. */
interface Page {
  readonly after: number;
  readonly limit: number;
}

/** Every row of a query, in the order of their sequence; one page of them is held in memory. */
export async function* everyRow<Row extends { readonly sequence: number }>(
  read: (page: Page) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  let after = 0;
  for (;;) {
    const rows = await read({ after, limit: pageSize });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.sequence;
  }
}
