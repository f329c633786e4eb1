/*
 * A notifier of your own. Copy this file to your configuration and name it there:
 *
 *   notifiers:
 *     pager: { type: ./plugins/example.mjs, url: https://pager.example/alerts, token: "${PAGER_TOKEN}" }
 *
 * `dli-watch check` says what is wrong with it, `dli-watch notify test pager` tries it out, SIGHUP loads it anew.
 */
export default ({ z }) => ({
  // What stands beside type:, fallback: and so on in the configuration. Never shown: what is marked as a secret.
  options: z.object({
    url: z.url().describe("Where alerts are posted."),
    token: z.string().min(1).meta({ secret: true }).describe("Lets us in."),
    room: z.string().default("data").describe("Who is called. Default: data."),
  }),

  // A notice as one HTTP request; dli-watch sends it, and again if need be. README.md has the event ("Events"), and the
  // message, which is the event in words ("In your own words").
  render: ({ event: { id }, message }, { url, token, room }) => ({
    url,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ key: id, room, level: message.tone.level, text: message.summary }),
  }),

  // Only for a platform that says no in a 200; everywhere else the status tells, and this is left out.
  judge({ status, body }) {
    if (status !== 200) return undefined;
    if (body === "queued") return { verdict: "accepted" };
    if (body === "busy") return { verdict: "retry", why: "The pager is busy." };
    return { verdict: "refused", fault: "notice", why: `The pager says: ${body}` }; // or "destination"
  },
});
