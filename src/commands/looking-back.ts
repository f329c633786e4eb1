import { type Command, type CommandOptions, InvalidArgumentError, Option } from "commander";
import { systemClock } from "../clock.ts";
import { checked, duration, parsed, text } from "../config/values.ts";
import { parseTime } from "../core/history.ts";
import { bindingTypes } from "../core/model.ts";
import { deliveryStates } from "../core/outbox.ts";
import { exitStatus, UserError } from "../errors.ts";
import { argument, configured, type End } from "./command-line.ts";

/** Adds the commands that work on the store, beside a running daemon or without one. */
export function addLookingBack(program: Command, end: End): void {
  program.commandsGroup("Looking back (also beside a running daemon):");
  configured(program, "status", "print the state of everything watched, the worst first")
    .option("--json", "print JSON")
    .action(async ({ config, json = false }) => {
      end(await (await import("./status.ts")).status(config, { json, now: systemClock.now() }));
    });
  configured(program, "history", "print what was noticed, the latest last")
    .option(
      "--since <when>",
      "a duration back from now, or a time such as 2026-11-24T02:00Z",
      "24h",
    )
    .option("--connection <which>", "of one connection alone, by its name or id")
    .option("--json", "print the events as JSON, one a line")
    .addOption(
      new Option(
        "--export <file>",
        "write it with the observations to a new file instead, as JSON Lines; - is standard output",
      ).conflicts("json"),
    )
    .action(async ({ config, json = false, ...options }) => {
      const now = systemClock.now();
      end(await (await import("./history.ts")).history(config, { json, now, ...options }));
    });
  addRehearse(program, end);
  addDeliveries(
    program
      .command("deliveries")
      .description("what is still to be told: list (if nothing is said), show, retry, drop"),
    end,
  );
  addExplain(program, end);
  addMutes(
    program
      .command("mute")
      .description("what is not to be told for a while: list (if nothing is said), add, remove"),
    end,
  );
}

function addRehearse(program: Command, end: End): void {
  configured(
    program,
    "rehearse",
    "print what another configuration would tell otherwise of what was observed",
  )
    .argument("<file>", "the other configuration")
    .option(
      "--since <when>",
      "a duration back from now, or a time such as 2026-11-24T02:00Z",
      "30d",
    )
    .addOption(
      new Option("--history <file>", "what history --export wrote, instead of the store").conflicts(
        "since",
      ),
    )
    .option("--json", "print JSON")
    .addHelpText("after", rehearsing)
    .action(async (next, { config, json = false, ...options }) => {
      const now = systemClock.now();
      end(await (await import("./rehearse.ts")).rehearse(config, { next, json, now, ...options }));
    });
}

const rehearsing = `
Both configurations go through the same observations, beginning with nothing remembered; what was really told is not
looked at, nor are mutes given by hand. Exit status: 0 nothing is told otherwise, 1 something is.`;

const state = checked("a state such as FAILED", (word) => /^\w+$/.test(word));
const time = parsed("a time such as 2026-11-24T02:00Z", parseTime);
const binding = parsed("queue:NAME or pool:NAME", (word) => {
  const type = bindingTypes.find((one) => word.startsWith(`${one}:`));
  const name = word.slice(word.indexOf(":") + 1);
  return type && name ? { type, name } : undefined;
});

function addExplain(program: Command, end: End): void {
  configured(
    program,
    "explain",
    "say why each notifier is told of a notice or not, and what it is sent",
  )
    .argument("[notice]", "id of a notice or of a delivery, or the end of it that messages show")
    .option("--connection <which>", "explain what might happen to this one, by its name or id")
    .option("--resource <what>", "queue:NAME or pool:NAME, else itself", argument(binding))
    .option("--from <state>", "the state before, else that on record", argument(state))
    .option("--to <state>", "the state after, or gone", argument(state))
    .option("--at <time>", "when, such as 2026-11-24T02:00Z, else now", argument(time))
    .option("--json", "print JSON, payloads byte by byte")
    .action(async (notice, { config, json = false, ...options }) => {
      const now = systemClock.now();
      const { connection, resource, from, to, at = now } = options;
      if ((notice === undefined) !== (connection !== undefined && to !== undefined))
        throw new UserError(
          "name a notice by its id, or say what might happen by --connection and --to",
          exitStatus.configuration,
        );
      const { explain } = await import("./explain.ts");
      const what = notice ?? { connection, binding: resource, from, to, at };
      end(await explain(config, { what, json, now }));
    });
}

function addMutes(mute: Command, end: End): void {
  configured(mute, "add", "begin a mute now; what it covers is recorded, but not told")
    .requiredOption(
      "--match <key=glob>",
      "which notices, like `match` of a route; may be given several times",
      (pair: string, before: readonly string[] = []) => [...before, pair],
    )
    .addOption(
      new Option("--for <duration>", "how long")
        .argParser(argument(duration()))
        .makeOptionMandatory(),
    )
    .requiredOption("--why <text>", "shown where the mute is named", argument(text()))
    .action(async ({ config, match, for: forMs, why }) => {
      const now = systemClock.now();
      end(await (await import("./mute.ts")).addMute(config, { match, forMs, why, now }));
    });
  configured(mute, "list", "print those that are on, and the planned ones", { isDefault: true })
    .option("--json", "print JSON")
    .action(async ({ config, json = false }) => {
      end(await (await import("./mute.ts")).printMutes(config, { json, now: systemClock.now() }));
    });
  configured(mute, "remove", "end one before its time")
    .argument("<id...>", "of mutes")
    .action(async (ids, { config }) => {
      end(await (await import("./mute.ts")).removeMutes(config, { ids, now: systemClock.now() }));
    });
}

function addDeliveries(deliveries: Command, end: End): void {
  const selecting = (usage: string, description: string, options?: CommandOptions) =>
    configured(deliveries, usage, description, options)
      .argument("[id...]", "of deliveries", deliveryIds)
      .option("--notifier <name>", "all of one notifier");
  selecting("list", "print the given ones, else those that wait or were given up", {
    isDefault: true,
  })
    .addOption(new Option("--state <state>", "all in one state").choices(deliveryStates))
    .option("--json", "print JSON")
    .action(async (ids = [], { config, json = false, ...options }) => {
      const now = systemClock.now();
      const { listDeliveries } = await import("./deliveries.ts");
      end(await listDeliveries(config, { ids, json, now, ...options }));
    });
  configured(deliveries, "show", "print one delivery with its event, as JSON")
    .argument("<id>", "of a delivery", deliveryId)
    .action(async (id, { config }) => {
      end(await (await import("./deliveries.ts")).showDelivery(config, id));
    });
  selecting("retry", "try again at once what waits or was given up").action(
    async (ids = [], { config, ...options }) => {
      const now = systemClock.now();
      const { retryDeliveries } = await import("./deliveries.ts");
      end(await retryDeliveries(config, { ids, now, ...options }));
    },
  );
  selecting("drop", "try no longer what waits or was given up").action(
    async (ids = [], { config, ...options }) => {
      const now = systemClock.now();
      const { dropDeliveries } = await import("./deliveries.ts");
      end(await dropDeliveries(config, { ids, now, ...options }));
    },
  );
}

function deliveryIds(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, deliveryId(text)];
}

function deliveryId(text: string): string {
  if (!/^[0-9A-Z]{26}$/i.test(text)) {
    throw new InvalidArgumentError("It must be the id of a delivery, 26 digits and letters.");
  }
  return text.toUpperCase();
}
