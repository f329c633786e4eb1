/** Enhanced connections in each project's list. */
export const listed = 1_000;

/** The ids of so many connections. */
export function idsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `connection-${index}`);
}
