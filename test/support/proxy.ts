import { request as ask, createServer, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { type Loopback, listen } from "./loopback.ts";

/** A real HTTP proxy on 127.0.0.1. */
export interface LoopbackProxy extends Loopback {
  /** What it was asked for, in order: `CONNECT host:port`, or `GET http://…`. */
  readonly asked: readonly string[];
}

interface ProxyOptions {
  /** Where every host is found, whatever its name. */
  readonly leadsTo: Pick<Loopback, "host">;
  /** `user:password` that it asks for. */
  readonly login?: string;
  /** With this it refuses everything. */
  readonly refusal?: string;
}

/** Tunnels what is to be encrypted, and forwards the rest. */
export function serveProxy({ leadsTo, login, refusal }: ProxyOptions): Promise<LoopbackProxy> {
  const asked: string[] = [];
  const target = new URL(`http://${leadsTo.host}`);
  const refusalOf = ({ method, url, headers }: IncomingMessage) => {
    asked.push(`${method} ${url}`);
    const authorized = `Basic ${Buffer.from(login ?? "").toString("base64")}`;
    if (login !== undefined && headers["proxy-authorization"] !== authorized) {
      return "407 Proxy Authentication Required";
    }
    return refusal;
  };
  const server = createServer((request, response) => {
    const refused = refusalOf(request);
    if (refused) return response.writeHead(Number.parseInt(refused, 10)).end();
    const { method, url = "", headers } = request;
    const { pathname, search } = new URL(url);
    const { hostname: host, port } = target;
    const forwarded = ask({ method, host, port, path: pathname + search, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502);
      pipeline(answer, response, () => {});
    });
    return pipeline(request, forwarded, () => {});
  });
  server.on("connect", (request, socket: Socket) => {
    socket.on("error", () => socket.destroy());
    const refused = refusalOf(request);
    if (refused) return socket.end(`HTTP/1.1 ${refused}\r\n\r\n`);
    const onward = connect(Number(target.port), target.hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      pipeline(socket, onward, socket, () => {});
    });
    return onward.on("error", () => socket.destroy());
  });
  return listen(server, "http").then((loopback) => ({ ...loopback, asked }));
}
