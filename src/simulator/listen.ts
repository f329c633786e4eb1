import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { exitStatus, messageOf, UserError } from "../errors.ts";

export interface Address {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** A server that accepts connections; disposing of it cuts those that are open. */
export interface Listening extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Starts a server; throws a {@link UserError} where the address cannot be had. */
export async function listen(handle: Handle, { host, port }: Address): Promise<Listening> {
  const server = createServer(handle);
  server.listen(port, host);
  await once(server, "listening").catch((cause: unknown) => {
    const message = `cannot listen on ${host}:${port}: ${messageOf(cause)}; name another address`;
    throw new UserError(message, exitStatus.configuration, { cause });
  });
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
