import { once } from "node:events";
import { createServer } from "node:net";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noticeTypes } from "../../src/core/event.ts";
import { oneLine, visibleText } from "../../src/core/text.ts";
import { email } from "../../src/notify/channels/email.ts";
import { mailOf } from "../../src/notify/channels/email-message.ts";
import { inWords } from "../../src/notify/message.ts";
import { noticeOf, sampleEvent } from "../support/events.ts";
import { hostileEvent, hostileTexts } from "../support/hostile.ts";
import { identities } from "../support/loopback.ts";
import { type MailServer, startMailServer } from "../support/mail-server.ts";

const at = Date.parse("2026-11-24T02:10:06.000Z");
const { certificate } = identities.loopback;
const [ops, data] = ["ops@example.com", "data@example.com"];

let server: MailServer;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(() => server[Symbol.asyncDispose]());

function optionsOf(options: object = {}) {
  return email.options.parse({
    ...{ host: "127.0.0.1", port: server.port, ca: certificate },
    ...{ from: "dli@example.com", to: [ops, data] },
    ...options,
  });
}

function send(options: object = {}, event = sampleEvent("transition"), handle?: string) {
  const attempt = {
    at,
    number: 1,
    ...(handle && { handle }),
    signal: new AbortController().signal,
  };
  return email.send(noticeOf(event), optionsOf(options), attempt);
}

const login = { user: "dli", password: "SECRETpassword" };
const id = "<01JDEM7K8R5G3E1P7Y6A9QXC2M@example.com>";

describe("a mail", () => {
  test("goes out by STARTTLS to everyone, once, and says that no person wrote it", async () => {
    await expect(send(login)).resolves.toEqual({ verdict: "accepted", handle: id });
    const [received, ...more] = server.mails;
    expect(more).toEqual([]);
    expect(received).toMatchObject({ secure: true, user: "dli", to: [ops, data] });
    expect(received?.mail).toMatchObject({
      messageId: id,
      date: new Date(at),
      subject: "🔴 CRITICAL: Queue etl of orders-hbase is FAILED",
      from: { text: "dli@example.com" },
      to: { text: `${ops}, ${data}` },
    });
    expect(received?.mail.headers.get("auto-submitted")).toBe("auto-generated");
  });

  test("has the same id on every attempt, and answers the first one of its incident", async () => {
    await send();
    await send();
    const first = "<first@mail.example>";
    await send({}, sampleEvent("recovery"), first);
    const [one, two, answer] = server.mails.map(({ mail }) => mail);
    expect(two?.messageId).toBe(one?.messageId);
    expect(one).not.toHaveProperty("inReplyTo");
    expect(answer).toMatchObject({ inReplyTo: first, references: first });
  });

  test.each(noticeTypes)("tells %s in HTML", async (type) => {
    const { html } = mailOf(inWords(sampleEvent(type), at));
    await expect(`${html}\n`).toMatchFileSnapshot(`../golden/mail/${type}.txt`);
  });

  test("is shown as its text", () => {
    const preview = email.preview?.(noticeOf(sampleEvent("test")), optionsOf(), { at, number: 1 });
    expect(preview).toMatch(/^Subject: 🔵 INFO: Test notice of dli-watch\n\n🔵 INFO: Test notice/);
  });
});

const ownHeaders = [
  ...["auto-submitted", "from", "to", "subject", "message-id", "date", "mime-version"],
  "content-type",
];
const ownTags = [
  ...["html", "head", "meta", "body", "div", "h1", "pre", "p", "b", "br", "small"],
  ...["table", "tbody", "tr", "th", "td"],
];

test("hostile texts stay text: no header and no tag of their own, and all is there", async () => {
  const texts = hostileTexts.map((text) => text.slice(0, 10_000));
  const events = texts.map((text, index) => ({ ...hostileEvent(text), id: `E${index}` }));
  for (let index = 0; index < events.length; index += 10)
    await Promise.all(events.slice(index, index + 10).map((event) => send({}, event)));
  expect(server.mails).toHaveLength(events.length);
  for (const { mail, headers } of server.mails) {
    const text = texts[Number(/\d+/.exec(mail.messageId ?? ""))] ?? "";
    expect(headers.toSorted()).toEqual(ownHeaders.toSorted());
    expect(mail.attachments).toEqual([]);
    const { tags, attributes, shown } = readHtml(mail.html || "");
    expect(ownTags).toEqual(expect.arrayContaining(tags));
    expect(["lang", "charset", "name", "content", "style"]).toEqual(
      expect.arrayContaining(attributes),
    );
    const beginning = (visible: string) => Array.from(visible).slice(0, 50).join("");
    expect(mail.subject).toContain(beginning(oneLine(text)));
    expect(oneLine(mail.text ?? "")).toContain(beginning(oneLine(text)));
    expect(shown).toContain(beginning(visibleText(text)));
  }
});

type Node = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.Document;

/** What an HTML parser finds in a document. */
function readHtml(html: string) {
  const [tags, attributes] = [new Set<string>(), new Set<string>()];
  let shown = "";
  const visit = (node: Node): void => {
    if (node.nodeName === "#text" && "value" in node) shown += node.value;
    if ("tagName" in node) tags.add(node.tagName);
    if ("attrs" in node) for (const { name } of node.attrs) attributes.add(name);
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  visit(parse(html));
  return { tags: [...tags], attributes: [...attributes], shown };
}

describe("what the server says", () => {
  const everyone = (reply: string) => ({ [ops]: reply, [data]: reply });

  test.each([
    [
      "a wrong password",
      { login: "535 5.7.8 Authentication failed" },
      "destination",
      "AUTH PLAIN",
      " – check user and password",
    ],
    [
      "a sender it does not know",
      { sender: "550 5.7.1 Not yours" },
      "destination",
      "MAIL FROM",
      " – check from, and whether the user may send as it",
    ],
    [
      "a sender without login",
      { sender: "530 5.7.0 Authentication required" },
      "destination",
      "MAIL FROM",
      " – check user and password",
    ],
    [
      "a mail announced too large",
      { sender: "552 5.3.4 Message too big" },
      "notice",
      "MAIL FROM",
      " – check from, and whether the user may send as it",
    ],
    [
      "unknown recipients",
      { recipients: everyone("550 5.1.1 No such user") },
      "destination",
      "RCPT TO",
      " – it takes mail for none of the addresses in to",
    ],
    [
      "relaying",
      { recipients: everyone("554 5.7.1 Relay access denied") },
      "destination",
      "RCPT TO",
      " – it takes mail for none of the addresses in to",
    ],
    ["a mail too large", { data: "552 5.3.4 Message too big" }, "notice", "DATA", ""],
    ["its content", { data: "554 5.6.0 Looks like spam" }, "notice", "DATA", ""],
    ["content without an enhanced code", { data: "554 Transaction failed" }, "notice", "DATA", ""],
    ["a recipient after all", { data: "550 5.1.1 No such user" }, "destination", "DATA", ""],
  ] as const)("refuses %s", async (_, refusals, fault, command, wayOut) => {
    server.refuse(refusals);
    const reply = Object.values(refusals).map((said) =>
      typeof said === "string" ? said : said[ops],
    );
    await expect(send(login)).resolves.toEqual({
      verdict: "refused",
      fault,
      why: `127.0.0.1:${server.port} answered ${command} with ${reply.join()}${wayOut}`,
    });
  });

  test.each([
    ["a login later", { login: "454 4.7.0 Temporary authentication failure" }],
    ["a sender later", { sender: "451 4.3.0 Try again later" }],
    [
      "recipients later",
      { recipients: { ...everyone("550 5.1.1 No"), [ops]: "450 4.2.0 Greylisted" } },
    ],
    ["the mail later", { data: "452 4.3.1 Insufficient storage" }],
    ["the mail in a session gone wrong", { data: "503 5.5.1 Bad sequence" }],
    ["nothing at all", { data: "421 4.3.2 Shutting down" }],
  ] as const)("takes %s", async (_, refusals) => {
    server.refuse(refusals);
    await expect(send(login)).resolves.toMatchObject({ verdict: "retry" });
    expect(server.mails).toEqual([]);
  });

  test("refuses one recipient: the others are told, once, and the log says who was not", async () => {
    server.refuse({ recipients: { [data]: "550 5.1.1 No such user" } });
    await expect(send()).resolves.toEqual({
      verdict: "accepted",
      handle: id,
      why: `127.0.0.1:${server.port} took it for the others, but not for ${data} (550 5.1.1 No such user).`,
    });
    expect(server.mails.map(({ to }) => to)).toEqual([[ops]]);
  });

  test("nothing any more, when it has the mail: it is sent again", async () => {
    server.refuse({ data: "drop" });
    await expect(send()).resolves.toEqual({
      verdict: "retry",
      why: `127.0.0.1:${server.port} closed the connection before it answered (ECONNRESET).`,
    });
  });

  test("with the password in it: nobody sees it", async () => {
    const plain = Buffer.from("\0dli\0SECRETpassword").toString("base64");
    server.refuse({ login: `535 5.7.8 No: SECRETpassword ${plain}` });
    const { why } = await send(login);
    expect(why).toContain("No: *** *** – check user");
  });
});

describe("the way there", () => {
  test("refuses connections", async () => {
    const { port } = server;
    await server[Symbol.asyncDispose]();
    server = await startMailServer();
    await expect(send({ port })).resolves.toEqual({
      verdict: "retry",
      why: `127.0.0.1:${port} refuses connections: check host and port, and that the service runs (ECONNREFUSED).`,
    });
  });

  test.each(["starttls", "implicit"])("by %s needs a certificate that is trusted", async (tls) => {
    await server[Symbol.asyncDispose]();
    server = await startMailServer({ secure: tls === "implicit" });
    await expect(send({ tls, ca: undefined })).resolves.toMatchObject({
      verdict: "retry",
      why: expect.stringContaining("has no certificate that is trusted here"),
    });
    await expect(send({ tls })).resolves.toMatchObject({ verdict: "accepted" });
  });

  test("without STARTTLS is not gone, unless it is said to be so", async () => {
    await server[Symbol.asyncDispose]();
    server = await startMailServer({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    await expect(send()).resolves.toMatchObject({
      verdict: "refused",
      fault: "destination",
      why: expect.stringContaining("try tls: implicit, or another port"),
    });
    expect(server.mails).toEqual([]);
    await expect(send({ tls: "none" })).resolves.toMatchObject({ verdict: "accepted" });
    expect(server.mails).toMatchObject([{ secure: false }]);
  });

  test("is left when nobody waits any longer", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const stop = new AbortController();
    const sending = email.send(noticeOf(sampleEvent("test")), optionsOf({ port }), {
      ...{ at, number: 1, signal: stop.signal },
    });
    const [socket] = await once(silent, "connection");
    stop.abort();
    await expect(sending).resolves.toMatchObject({ verdict: "retry" });
    await once(socket.resume(), "close");
    silent.close();
  });
});

test.each([
  [{ user: "dli" }, "password", "is needed together with user, and only then"],
  [{ password: "x" }, "password", "is needed together with user, and only then"],
  [
    { ...login, host: "mail.example.com", tls: "none" },
    "tls",
    "must not be none where a password is sent to another machine",
  ],
  [{ to: [] }, "to", ""],
  [
    { to: ["ops@example.com\r\nBcc: evil@example.com"] },
    "to",
    "must be a mail address such as ops@example.com",
  ],
  [{ from: "DLI <dli@example.com>" }, "from", "must be a mail address such as ops@example.com"],
  [{ port: "http" }, "port", ""],
  [{ host: "mail.example.com:25" }, "host", ""],
  [{ ca: "/etc/ssl/corp.pem" }, "ca", "must be certificates in PEM"],
])("options %j are refused at %s", (options, place, message) => {
  const given = { host: "127.0.0.1", from: "dli@example.com", to: [ops], ...options };
  const { error } = email.options.safeParse(given);
  const [issue] = error?.issues ?? [];
  expect(issue?.path[0]).toBe(place);
  expect(issue?.message).toContain(message);
});

test.each([
  [{ ...login, tls: "none" }, true],
  [{ host: "mail.example.com", tls: "none" }, true],
  [{ port: "587" }, true],
])("options %j are accepted", (options, accepted) => {
  const given = { host: "127.0.0.1", from: "dli@example.com", to: [ops], ...options };
  expect(email.options.safeParse(given).success).toBe(accepted);
});
