/**
 * Options of Node that send the program this signal as its first module of its own is about to be loaded: the earliest
 * instant at which it can listen.
 */
export function signalledAtStart(signal: NodeJS.Signals): string {
  const hook = `import { registerHooks } from "node:module";
    registerHooks({
      resolve(specifier, context, next) {
        if (/\\/main[\\w-]*\\.[jt]s$/.test(specifier)) process.kill(process.pid, "${signal}");
        return next(specifier, context);
      },
    });`;
  return `--import=data:text/javascript,${encodeURIComponent(hook)}`;
}
