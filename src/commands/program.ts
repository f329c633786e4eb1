import { Command, Option } from "commander";
import { endpoint, listen, region } from "../config/values.ts";
import { version } from "../version.ts";
import { argument, configured, type End } from "./command-line.ts";
import { addExamples } from "./examples.ts";
import { addLookingBack } from "./looking-back.ts";
import { shipped } from "./shipped.ts";

/** What the command line understands; `end` is told the status of the command that ran. A command is loaded when it is called. */
export function createProgram(end: End): Command {
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
