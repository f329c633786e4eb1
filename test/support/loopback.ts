import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";

/** A server on 127.0.0.1 that ends with its test, open connections too. */
export interface Loopback extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  /** `host:port`, as messages name it. */
  readonly host: string;
}

export function serveHttp(listener: RequestListener): Promise<Loopback> {
  return listen(createServer(listener), "http");
}

/** Answers every connection as `answer` likes once its first bytes are there: for replies no HTTP library would send. */
export function serveBytes(answer: (socket: Socket) => void): Promise<Loopback> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => answer(socket));
  });
  return listen(server, "http");
}

export function serveHttps(
  { key, certificate }: Identity,
  listener: RequestListener,
): Promise<Loopback> {
  return listen(createTlsServer({ key, cert: certificate }, listener), "https");
}

/** Key and certificate of a server, PEM. */
export interface Identity {
  readonly key: string;
  readonly certificate: string;
}

/** For tests alone, good for a century: certificates for 127.0.0.1 and for other.example that nobody but themselves vouches for. */
export const identities = { loopback: identity("loopback"), elsewhere: identity("elsewhere") };

function identity(name: string): Identity {
  const text = (file: string) =>
    readFileSync(new URL(`certificates/${file}`, import.meta.url), "utf8");
  return { key: text(`${name}.key.pem`), certificate: text(`${name}.pem`) };
}

/** Listens on a free port. */
export async function listen(server: Server, scheme: "http" | "https"): Promise<Loopback> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${portOf(server.address())}`;
  return {
    url: `${scheme}://${host}`,
    host,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return address.port;
}
