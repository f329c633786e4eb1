import type { Clock } from "../../clock.ts";
import type { Auth, Credentials } from "../../core/access.ts";
import { createScrubber, type Scrubber, Secret } from "../../core/secret.ts";
import type { Http } from "../../http.ts";
import type { DliProject } from "../project.ts";
import type { CredentialSource } from "./credentials.ts";
import { obtainToken } from "./iam.ts";
import { metadataService, obtainKeys } from "./metadata.ts";
import { renewed } from "./renewal.ts";

/** Through what credentials are obtained. */
interface Parts {
  readonly http: Pick<Http, "exchange">;
  readonly clock: Pick<Clock, "now" | "monotonic">;
  /** Lets those who remove secrets from what leaves know the obtained ones, too. */
  readonly lend: Scrubber["lend"];
  /** Base URL of the metadata service of an ECS. */
  readonly metadata?: string;
}

/** The credentials of a project, as its `auth` says. */
export function credentialsOf(
  { auth, projectId }: Pick<DliProject, "auth" | "projectId">,
  { http, clock, lend, metadata: url = metadataService }: Parts,
): CredentialSource {
  const { scrub, lend: learn } = createScrubber(secretsIn(auth));
  const lendAll = (credentials: Credentials) => {
    const secrets = secretsIn(credentials);
    const ends = [learn(secrets), lend(secrets)];
    return () => {
      for (const end of ends) end();
    };
  };
  switch (auth.type) {
    case "keys":
    case "token":
      return { ...given(auth), scrub };
    case "password": {
      const fetch = () => obtainToken({ ...auth, projectId }, { http, clock, scrub });
      return { ...renewed({ fetch, clock, lend: lendAll }), scrub };
    }
    case "metadata": {
      const fetch = () => obtainKeys({ url, http, clock });
      return { ...renewed({ fetch, clock, lend: lendAll }), scrub };
    }
    default:
      return auth satisfies never;
  }
}

/** There are no others to be had. */
function given(credentials: Credentials): Omit<CredentialSource, "scrub"> {
  return { get: async () => ({ credentials }), accepted() {}, refused: () => false };
}

function secretsIn(auth: Auth): readonly Secret[] {
  return Object.values(auth).filter((value) => value instanceof Secret);
}
