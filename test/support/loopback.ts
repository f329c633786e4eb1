import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposableSync, readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

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

/** A certificate for `name` (`IP:127.0.0.1`, `DNS:example.com`) that nobody but itself vouches for. */
export function selfSigned(name: string): Identity {
  using directory = mkdtempDisposableSync(join(tmpdir(), "dli-watch-tls-"));
  const [key, certificate] = [join(directory.path, "key"), join(directory.path, "certificate")];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const subject = ["-nodes", "-days", "2", "-subj", "/CN=loopback", "-addext"];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", [...request, ...subject, `subjectAltName=${name}`, ...files], {
    stdio: "pipe",
  });
  return { key: readFileSync(key, "utf8"), certificate: readFileSync(certificate, "utf8") };
}

async function listen(server: Server, scheme: "http" | "https"): Promise<Loopback> {
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
