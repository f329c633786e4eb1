import { systemClock, systemRandom } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { createScrubber } from "../core/secret.ts";
import { credentialsOf } from "../dli/auth/source.ts";
import { createSigned } from "../dli/signed.ts";
import { createHttp, type Http } from "../http.ts";
import type { ExchangeAs } from "../notify/http.ts";

/** Sends one request with the credentials of a project, by its name, or of the only one; they are obtained anew. */
export async function exchangeOnce(
  { projects, proxies }: Config,
  name: string,
  ...sent: Parameters<Http["exchange"]>
): ReturnType<ExchangeAs> {
  const project = projects.find((one) => name === "" || one.name === name);
  if (!project) throw new Error(`There is no project ${name}`);
  const { lend } = createScrubber();
  await using http = createHttp({ clock: systemClock, ca: project.ca, proxies });
  const parts = { http, clock: systemClock };
  const credentials = credentialsOf(project, { ...parts, lend });
  return await createSigned({ project, credentials, random: systemRandom, ...parts })(...sent);
}
