import { type Address, type Listening, listen } from "./listen.ts";
import { type Received, receive } from "./received.ts";

/** Starts a receiver of webhooks that accepts every POST (204) after it was passed on. */
export function startReceiver(options: {
  readonly listen: Address;
  readonly accept: (request: Received) => void;
}): Promise<Listening> {
  return listen(async (request, response) => {
    const received = await receive(request);
    if (received?.method === "POST") options.accept(received);
    response.writeHead(received?.method === "POST" ? 204 : 405).end();
  }, options.listen);
}
