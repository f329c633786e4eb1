import type { ConnectionConfig, ProjectConfig } from "../config/config.ts";
import { foundBy, isFound } from "../core/discovery.ts";
import type { Observation } from "../core/model.ts";
import type { DliClient } from "../dli/client.ts";

/** A connection, and what is known of it already. */
export interface Found {
  readonly connection: ConnectionConfig;
  readonly observation?: Observation;
}

/** What a project would discover now; a list that cannot be read stands for its connections. */
export async function discoveredNow(
  { connections, discover }: ProjectConfig,
  client: DliClient,
): Promise<readonly Found[]> {
  if (!discover) return [];
  const { kinds, tags } = discover;
  const named = new Set(connections.map(({ id }) => id.toLowerCase()));
  const found = await Promise.all(
    kinds.map(async (kind): Promise<readonly Found[]> => {
      const listing = await client.list(kind, { tags });
      if (listing.outcome !== "read") {
        const connection = { id: `${kind} connections`, ...foundBy(discover), kind };
        return listing.outcome === "failed" ? [{ connection, observation: listing }] : [];
      }
      return listing.connections
        .filter((one) => !named.has(one.id.toLowerCase()) && isFound(one, discover))
        .map(({ id, name, observation }) => ({
          connection: { id, ...foundBy(discover), kind, ...(name !== "" && { name }) },
          ...(observation && { observation }),
        }));
    }),
  );
  return found.flat();
}
