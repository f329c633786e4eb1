import type { Config } from "../config/config.ts";
import { didYouMean } from "../config/problems.ts";
import { exitStatus, UserError } from "../errors.ts";
import type { Store } from "../store/store.ts";

/** Throws a UserError for a connection, by name or id, that neither the configuration nor the store knows. */
export async function refuseUnknown(
  connection: string | undefined,
  { store, config }: { readonly store: Store; readonly config: Config },
): Promise<void> {
  if (connection === undefined) return;
  const configured = config.projects.flatMap(({ connections }) => connections);
  const { connections: remembered } = await store.memories();
  const known = [
    ...configured.flatMap(({ id, name = id }) => [id, name]),
    ...remembered.flatMap(({ id, memory }) => [id, memory.snapshot?.attributes.name ?? id]),
  ];
  if (known.includes(connection)) return;
  throw new UserError(
    `--connection: none is called ${connection}${didYouMean(connection, known)}; dli-watch status shows those that are known`,
    exitStatus.configuration,
  );
}
