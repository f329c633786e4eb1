import { Command, InvalidArgumentError, Option } from "commander";
import { systemClock } from "../clock.ts";
import type { Listen } from "../config/config.ts";
import { ownSurroundings } from "../config/load.ts";
import { listen } from "../config/values.ts";
import { deliveryStates } from "../core/outbox.ts";
import type { ExitStatus } from "../errors.ts";
import { version } from "../version.ts";

/** What the command line understands; `end` is told the status of the command that ran. A command is loaded when it is called. */
export function createProgram(end: (status: ExitStatus) => void): Command {
  const program = new Command("dli-watch")
    .description(
      "Watches Huawei Cloud DLI datasource connections and tells the right people, once, why a binding failed.",
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError("(add --help to see what is understood)");
  addWatching(program, end);
  addReading(program, end);
  addDeliveries(program, end);
  addSimulating(program, end);
  return program;
}

type End = (status: ExitStatus) => void;

const defaultFile = ownSurroundings.env["DLI_WATCH_CONFIG"] ?? "config/dli-watch.yaml";

function configured(parent: Command, usage: string, description: string): Command {
  return parent
    .command(usage)
    .description(description)
    .option(
      "-c, --config <file>",
      "configuration file, by default $DLI_WATCH_CONFIG, else",
      defaultFile,
    );
}

function addWatching(program: Command, end: End): void {
  configured(program, "run", "watch until SIGTERM or SIGINT").action(async ({ config }) => {
    end(await (await import("./run.ts")).run(config));
  });
  configured(
    program,
    "check",
    "name every problem of the configuration, or print what it would do",
  ).action(async ({ config }) => {
    end(await (await import("./check.ts")).check(config));
  });
  configured(
    program,
    "poll [id...]",
    "poll all or the given connections once; change and tell nothing",
  )
    .option("--json", "for programs", false)
    .action(async (ids, { config, json }) => {
      end(await (await import("./poll.ts")).poll(config, { ids, json }));
    });
  program
    .command("schema")
    .description("print the JSON Schema of the configuration file")
    .action(async () => {
      end(await (await import("./schema.ts")).schema());
    });
}

function addReading(program: Command, end: End): void {
  configured(
    program,
    "status",
    "print the state of everything watched; exits with 1 if anything is bad",
  )
    .option("--json", "for programs", false)
    .action(async ({ config, json }) => {
      end(await (await import("./status.ts")).status(config, { json, now: systemClock.now() }));
    });
  configured(program, "history", "print what was noticed")
    .option("--since <when>", "a duration back from now, or an ISO 8601 time", "24h")
    .option("--connection <which>", "of one connection alone, by its name or id")
    .option("--json", "the events, one a line", false)
    .action(async ({ config, ...options }) => {
      end(
        await (await import("./history.ts")).history(config, {
          ...options,
          now: systemClock.now(),
        }),
      );
    });
}

function addDeliveries(program: Command, end: End): void {
  const deliveries = program.command("deliveries").description("the outbox and its dead letters");
  const ofNotifier = () => new Option("--notifier <name>", "all of one notifier");
  configured(
    deliveries,
    "list",
    "print deliveries: those that wait and the dead letters, unless a state is named",
  )
    .argument("[id...]")
    .addOption(ofNotifier())
    .addOption(new Option("--state <state>").choices(deliveryStates))
    .option("--json", "for programs", false)
    .action(async (ids, { config, ...options }) => {
      end(await (await import("./deliveries.ts")).listDeliveries(config, { ids, ...options }));
    });
  configured(deliveries, "show", "print one delivery with its event")
    .argument("<id>")
    .action(async (id, { config }) => {
      end(await (await import("./deliveries.ts")).showDelivery(config, id));
    });
  configured(deliveries, "retry", "try waiting deliveries and dead letters again at once")
    .argument("[id...]")
    .addOption(ofNotifier())
    .action(async (ids, { config, ...options }) => {
      end(
        await (await import("./deliveries.ts")).retryDeliveries(config, {
          ids,
          ...options,
          now: systemClock.now(),
        }),
      );
    });
  configured(
    deliveries,
    "drop",
    "close waiting deliveries and dead letters; the reason is recorded",
  )
    .argument("[id...]")
    .addOption(ofNotifier())
    .action(async (ids, { config, ...options }) => {
      end(
        await (await import("./deliveries.ts")).dropDeliveries(config, {
          ids,
          ...options,
          now: systemClock.now(),
        }),
      );
    });
}

function addSimulating(program: Command, end: End): void {
  program
    .command("simulate")
    .description("serve a DLI and IAM API from a scenario file, for demos and tests")
    .option(
      "--listen <address>",
      "host:port; port 0 is any free one",
      address,
      address("127.0.0.1:8090"),
    )
    .option("--scenario <file>", "scenario file", "config/demo-scenario.yaml")
    .action(async (options) => {
      end(await (await import("./simulate.ts")).simulate(options));
    });
  program
    .command("demo")
    .description("see a simulated queue fail, the alert with its reason, and the recovery")
    .option("--once", "end after the recovery", false)
    .action(async (options) => {
      end(await (await import("./demo.ts")).demo(options));
    });
}

function address(text: string): Listen {
  const { data } = listen().safeParse(text);
  if (!data) throw new InvalidArgumentError("It must be host:port such as 127.0.0.1:8090.");
  return data;
}
