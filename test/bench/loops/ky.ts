import ky from "ky";

/* ky as it comes, over the global fetch, twenty at a time. Ends with its server. */

const [, , url = ""] = process.argv;
const client = ky.create({ retry: 0 });

async function loop(number: number): Promise<never> {
  for (let count = 0; ; count += 1) await client(`${url}/${number}-${count % 50}`).text();
}

await Promise.race(Array.from({ length: 20 }, (_, number) => loop(number)));
