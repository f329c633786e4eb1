import type { Import, Module } from "./modules.ts";

/** Names each breach among the modules: the file, what it does, and what it may do. */
export type Rule = (modules: readonly Module[]) => readonly string[];

/** The house, a floor after the other from the roof down: each room with the rooms that it may import. */
export type House = readonly Readonly<Record<string, readonly string[]>>[];

/** Rooms import rooms below their floor. */
export function misplaced(house: House): readonly string[] {
  return house.flatMap((floor, level) => {
    const below = house.slice(level + 1).flatMap((lower) => Object.keys(lower));
    return Object.entries(floor).flatMap(([room, imports]) =>
      imports
        .filter((other) => !below.includes(other))
        .map((other) => `${room} imports ${other}, which is not on a floor below`),
    );
  });
}

/** Modules import what their room may; of rooms in `asTypes` they know the types and are handed the thing. */
export function rooms(house: House, asTypes: Readonly<Record<string, readonly string[]>>): Rule {
  const allowed = new Map(house.flatMap((floor) => Object.entries(floor)));
  return eachImport(({ file }, { to, kind }) => {
    const [room, other] = [roomOf(file), roomOf(to)];
    if (room === undefined || other === undefined || room === other) return undefined;
    if (allowed.get(room)?.includes(other)) return undefined;
    if (!asTypes[room]?.includes(other)) return `${room} may not import ${other}`;
    return kind === "type" ? undefined : `${room} may import only types of ${other}`;
  });
}

/** Of Node's own modules, the room imports only these. */
export function builtins(room: string, pure: readonly string[]): Rule {
  return eachImport(({ file }, { to }) =>
    roomOf(file) !== room || !to.startsWith("node:") || pure.includes(to)
      ? undefined
      : `${room} may import only ${pure.join(" and ")} of Node's modules`,
  );
}

/** No module imports itself on whatever way, types included. */
export const circles: Rule = (modules) => {
  const imports = new Map(modules.map((module) => [module.file, module.imports]));
  const finished = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(" imports "));
    } else if (!finished.has(file)) {
      for (const { to } of imports.get(file) ?? []) visit(to, [...path, file]);
      finished.add(file);
    }
  };
  for (const { file } of modules) visit(file, []);
  return found;
};

/** Each of these members of `process` is used by one file alone. */
export function processMembers(keepers: Readonly<Record<string, string>>): Rule {
  return (modules) =>
    modules.flatMap(({ file, process }) =>
      process
        .filter((member) => (keepers[member] ?? file) !== file)
        .map((member) => `${file} uses process.${member}: only ${keepers[member]} may`),
    );
}

/** The program's first file imports nothing until it has looked at the version of Node. */
export function lateImports(entry: string): Rule {
  return eachImport(({ file }, { kind }) =>
    file === entry && kind !== "dynamic" ? "the entry may import only by import()" : undefined,
  );
}

/** What is imported is depended on, development dependencies are not enough; what is depended on is imported. */
export function packages(dependencies: readonly string[]): Rule {
  const undeclared = eachImport((_, { to }) => {
    const name = packageOf(to);
    return name === undefined || dependencies.includes(name)
      ? undefined
      : "no dependency in package.json";
  });
  return (modules) => {
    const imported = modules.flatMap(({ imports }) => imports.map(({ to }) => packageOf(to)));
    const idle = dependencies.filter((name) => !imported.includes(name));
    return [
      ...undeclared(modules),
      ...idle.map((name) => `package.json depends on ${name}, which no module imports`),
    ];
  };
}

/** No module is longer than this many lines. */
export function longest(lines: number): Rule {
  return (modules) =>
    modules
      .filter((module) => module.lines > lines)
      .map((module) => `${module.file} has ${module.lines} lines: at most ${lines}`);
}

/** No folder or module has a name that says nothing. */
export function emptyNames(...words: readonly string[]): Rule {
  return (modules) =>
    modules.flatMap(({ file }) =>
      file
        .split("/")
        .map((part) => part.replace(".ts", ""))
        .filter((part) => words.includes(part))
        .map((part) => `${file}: "${part}" does not say what is in it`),
    );
}

/** A rule on single imports; `judge` says what is wrong with one. */
function eachImport(judge: (module: Module, imported: Import) => string | undefined): Rule {
  return (modules) =>
    modules.flatMap((module) =>
      module.imports.flatMap((imported) => {
        const breach = judge(module, imported);
        return breach === undefined ? [] : [`${module.file} imports ${imported.to}: ${breach}`];
      }),
    );
}

/** `src/http.ts` and `src/http/body.ts` are the room `http`. */
function roomOf(path: string): string | undefined {
  const [top, room] = path.split("/");
  return top === "src" ? room?.replace(".ts", "") : undefined;
}

/** `hono/validator` is of the package `hono`. */
function packageOf(path: string): string | undefined {
  return path.match(/^(?!src\/|node:)(?:@[^/]+\/)?[^/]+/)?.[0];
}
