import { Agent, request } from "undici";

/* The least that a poll costs: undici alone, twenty at a time over kept connections, the body read as text. Ends with its server. */

const [, , url = ""] = process.argv;
const dispatcher = new Agent();

async function loop(number: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const { body } = await request(`${url}/${number}-${count % 50}`, { dispatcher });
    await body.text();
  }
}

await Promise.race(Array.from({ length: 20 }, (_, number) => loop(number)));
