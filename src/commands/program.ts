import { Command, type CommandOptions, InvalidArgumentError, Option } from "commander";
import type { z } from "zod";
import { systemClock } from "../clock.ts";
import { ownSurroundings } from "../config/load.ts";
import { endpoint, listen, region } from "../config/values.ts";
import { deliveryStates } from "../core/outbox.ts";
import type { ExitStatus } from "../errors.ts";
import { version } from "../version.ts";
import { addExamples } from "./examples.ts";
import { shipped } from "./shipped.ts";

/** What the command line understands; `end` is told the status of the command that ran. A command is loaded when it is called. */
export function createProgram(end: (status: ExitStatus) => void): Command {
  const program = new Command("dli-watch")
    .description(
      "Watches Huawei Cloud DLI datasource connections and tells the right people, once, why a binding failed.",
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError("(add --help to see what is understood)")
    .addHelpText("after", epilogue);
  addWatching(program, end);
  addLookingBack(program, end);
  addTryingOut(program, end);
  addExamples(program);
  return program;
}

const epilogue = `
Exit status: 0 all is well, 1 something watched is bad or not readable,
             2 the configuration or the command line is wrong, 3 the store cannot be used.
To begin:    dli-watch demo`;

type End = (status: ExitStatus) => void;

const { DLI_WATCH_CONFIG } = ownSurroundings.env;
const usualFile = "config/dli-watch.yaml";

function configured(
  parent: Command,
  usage: string,
  description: string,
  options?: CommandOptions,
): Command {
  return parent
    .command(usage, options)
    .description(description)
    .addOption(
      new Option("-c, --config <file>", "configuration file").default(
        DLI_WATCH_CONFIG || usualFile,
        `$DLI_WATCH_CONFIG, else ${usualFile}`,
      ),
    );
}

function addWatching(program: Command, end: End): void {
  program.commandsGroup("Watching:");
  configured(program, "init", "write a configuration to begin with, never over one that is there")
    .addOption(new Option("--region <name>", "region of the project").argParser(argument(region())))
    .addOption(
      new Option("--endpoint <url>", "base URL of the API, for other clouds").argParser(
        argument(endpoint()),
      ),
    )
    .action(async ({ config, ...options }) => {
      end(await (await import("./init.ts")).init(config, options));
    });
  configured(program, "check", "name all mistakes of the configuration, or print what it does")
    .option("--online", "also try each project's credentials and permissions")
    .action(async ({ config, online = false }) => {
      end(await (await import("./check.ts")).check(config, { online }));
    });
  configured(program, "poll [id...]", "ask for all or the given connections once; tell nobody")
    .option("--json", "print JSON")
    .action(async (ids, { config, json = false }) => {
      end(await (await import("./poll.ts")).poll(config, { ids, json }));
    });
  addNotify(program.command("notify").description("try out who is told: test"), end);
  configured(program, "run", "watch until SIGTERM or SIGINT").action(async ({ config }) => {
    end(await (await import("./run.ts")).run(config));
  });
}

function addNotify(notify: Command, end: End): void {
  configured(
    notify,
    "test [name...]",
    "send a test notice to all or the given notifiers, and say what became of it",
  )
    .option("--json", "print JSON")
    .action(async (names, { config, json = false }) => {
      end(await (await import("./notify-test.ts")).notifyTest(config, { names, json }));
    });
}

function addLookingBack(program: Command, end: End): void {
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
  addDeliveries(
    program
      .command("deliveries")
      .description("what is still to be told: list (if nothing is said), show, retry, drop"),
    end,
  );
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

function addTryingOut(program: Command, end: End): void {
  program.commandsGroup("Trying out:").helpCommand(true);
  program
    .command("demo")
    .description("see a simulated queue fail, the alert with its reason, and the recovery")
    .option("--once", "end after the recovery")
    .action(async ({ once = false }) => {
      end(await (await import("./demo.ts")).demo({ once }));
    });
  program
    .command("simulate")
    .description("serve the APIs of DLI and IAM from a scenario")
    .addOption(
      new Option("--listen <address>", "host:port; port 0 is any free one")
        .argParser(argument(listen()))
        .default({ host: "127.0.0.1", port: 8090 }, "127.0.0.1:8090"),
    )
    .addOption(
      new Option("--scenario <file>", "scenario file").default(
        shipped("demo-scenario.yaml"),
        "that of the demo",
      ),
    )
    .action(async (options) => {
      end(await (await import("./simulate.ts")).simulate(options));
    });
  program
    .command("schema")
    .description("print the JSON Schema of the configuration file, for editors")
    .action(async () => {
      end(await (await import("./schema.ts")).schema());
    });
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

/** Parses an option's argument as the configuration would. */
function argument<Value>(accepted: z.ZodType<Value>): (text: string) => Value {
  return (text) => {
    const { data, error } = accepted.safeParse(text);
    if (error) throw new InvalidArgumentError(`It ${error.issues[0]?.message}.`);
    return data;
  };
}
