import { z } from "zod";
import type { NotifierKinds } from "./notifier.ts";
import { didYouMean, type Finding, formatPath, type Path } from "./problems.ts";
import { isInKnownArea, knownRegions } from "./region.ts";

const lenientText = z.string().optional().catch(undefined);
const lenientProject = z.object({
  name: lenientText,
  region: lenientText,
  endpoint: z.unknown().optional(),
  auth: z
    .object({ username: z.unknown().optional(), iam_endpoint: z.unknown().optional() })
    .catch({}),
  connections: z
    .array(
      z
        .union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)])
        .optional()
        .catch(undefined),
    )
    .optional()
    .catch([undefined]),
  discover: z.unknown().optional(),
});

/** As much of the file as the checks below look at, whatever else is wrong with it: each mistake is found at once. */
const outline = z
  .object({
    projects: z.array(lenientProject.nullable().catch(null)).catch([]),
    notifiers: z
      .record(
        z.string(),
        z.object({ type: lenientText, fallback: lenientText, project: lenientText }).catch({}),
      )
      .catch({}),
    routes: z
      .array(
        z
          .object({ notify: z.array(lenientText).catch([]), digest: z.unknown().optional() })
          .catch({ notify: [] }),
      )
      .catch([]),
    mutes: z.array(z.object({ name: lenientText }).catch({})).catch([]),
  })
  .catch({ projects: [], notifiers: {}, routes: [], mutes: [] });

type Outline = z.output<typeof outline>;

/** The words that notifiers have for `type:`. */
export function namedTypes(value: unknown): readonly string[] {
  return Object.values(outline.parse(value).notifiers).flatMap(({ type }) => type ?? []);
}

/** What no single value shows: names that are doubled or lead nowhere. */
export function crossCheck(
  value: unknown,
  { keyed = new Set(), signed = new Set() }: Pick<NotifierKinds, "keyed" | "signed"> = {},
): readonly Finding[] {
  const file = outline.parse(value);
  return [
    ...projectFindings(file),
    ...notifierFindings(file),
    ...routeFindings(file),
    ...digestFindings(file, keyed),
    ...signedFindings(file, signed),
    ...repeated(
      file.mutes.map(({ name }) => name),
      (index) => ["mutes", index, "name"],
    ),
  ];
}

function projectFindings({ projects }: Outline): readonly Finding[] {
  const names = projects.map((project) => project?.name);
  return [
    ...repeated(names, (index) => ["projects", index, "name"]),
    ...projects.flatMap((project, index) => {
      if (project === null) return [];
      const path = ["projects", index];
      const { connections = [] } = project;
      const ids = connections.map((id) => id?.toLowerCase());
      return [
        ...nothingToWatch(project, path),
        ...repeated(ids, (place) => [...path, "connections", place]),
        ...(project.endpoint === undefined ? regionFindings(project.region, path) : []),
        ...iamFindings(project, path),
      ];
    }),
  ];
}

function nothingToWatch(
  { connections, discover }: z.output<typeof lenientProject>,
  project: Path,
): readonly Finding[] {
  if (connections || (discover !== undefined && discover !== false)) return [];
  const message = "is missing: a project needs connections, or `discover: true`";
  return [{ path: [...project, "connections"], at: "value", message }];
}

/** A region that gives the endpoint must exist; a new number in a known area is believed. */
function regionFindings(region: string | undefined, project: Path): readonly Finding[] {
  const path = [...project, "region"];
  if (region === undefined) {
    return [{ path, at: "value", message: "is missing: a project needs a region or an endpoint" }];
  }
  const hint = isInKnownArea(region) ? "" : didYouMean(region, knownRegions);
  return hint === "" ? [] : [{ path, at: "value", message: `is not a known region${hint}` }];
}

/** A region gives the address of IAM; without one it must be named. */
function iamFindings(
  { region, endpoint, auth }: z.output<typeof lenientProject>,
  project: Path,
): readonly Finding[] {
  if (auth.username === undefined || auth.iam_endpoint !== undefined) return [];
  if (region !== undefined || endpoint === undefined) return [];
  const path = [...project, "auth", "iam_endpoint"];
  return [
    { path, at: "value", message: "is missing: where no region is named, it needs the URL of IAM" },
  ];
}

function notifierFindings({ notifiers }: Outline): readonly Finding[] {
  const names = Object.keys(notifiers);
  const next = new Map(names.map((name) => [name, notifiers[name]?.fallback]));
  const reported = new Set<string>();
  return names.flatMap((name): readonly Finding[] => {
    const fallback = next.get(name);
    if (fallback === undefined) return [];
    const path = ["notifiers", name, "fallback"];
    if (!next.has(fallback)) return [unknownNotifier(fallback, names, path)];
    const circle = circleFrom(name, next);
    if (circle === undefined || reported.has(name)) return [];
    for (const member of circle) reported.add(member);
    return [
      { path, at: "value", message: `leads back to itself: ${[...circle, name].join(" → ")}` },
    ];
  });
}

/** The notifiers passed on the way from a notifier back to itself. */
function circleFrom(
  start: string,
  next: ReadonlyMap<string, string | undefined>,
): string[] | undefined {
  const passed = [start];
  let name = next.get(start);
  while (name !== undefined && !passed.includes(name)) {
    passed.push(name);
    name = next.get(name);
  }
  return name === start ? passed : undefined;
}

function routeFindings({ routes, notifiers }: Outline): readonly Finding[] {
  const names = Object.keys(notifiers);
  return routes.flatMap(({ notify }, route) =>
    notify.flatMap((name, index) =>
      name === undefined || names.includes(name)
        ? []
        : [unknownNotifier(name, names, ["routes", route, "notify", index])],
    ),
  );
}

/** A platform that keeps incidents itself has to hear of each by itself. */
function digestFindings({ routes, notifiers }: Outline, keyed: ReadonlySet<string>) {
  return routes.flatMap(({ notify, digest }, route): readonly Finding[] => {
    const name = notify.find((one) => one !== undefined && keyed.has(notifiers[one]?.type ?? ""));
    if (digest === undefined || name === undefined) return [];
    const message = `cannot be told through ${name}, which keeps incidents itself: give it a route without digest`;
    return [{ path: ["routes", route, "digest"], at: "value", message }];
  });
}

/** Whose credentials a notifier sends with must be clear. */
function signedFindings({ notifiers, projects }: Outline, signed: ReadonlySet<string>) {
  const names = projects.flatMap((project) => project?.name ?? []);
  return Object.entries(notifiers).flatMap(([name, { type = "", project }]): readonly Finding[] => {
    if (
      !signed.has(type) ||
      (project === undefined ? projects.length < 2 : names.includes(project))
    )
      return [];
    const message =
      project === undefined
        ? `is missing: with which project's credentials? One of ${names.join(", ")}`
        : `names no project${didYouMean(project, names)}`;
    return [{ path: ["notifiers", name, "project"], at: "value", message }];
  });
}

function unknownNotifier(name: string, names: readonly string[], path: Path): Finding {
  return { path, at: "value", message: `names no notifier${didYouMean(name, names)}` };
}

/** Every value that already stood earlier in the list. */
function repeated(
  values: readonly (string | undefined)[],
  pathOf: (index: number) => Path,
): readonly Finding[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    if (value === undefined || first === index) return [];
    return [
      {
        path: pathOf(index),
        at: "value",
        message: `repeats ${formatPath(pathOf(first))}`,
      } as const,
    ];
  });
}
