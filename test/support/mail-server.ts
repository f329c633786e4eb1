import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { identities } from "./loopback.ts";

/** What a mail server says no to, as `550 5.1.1 no such user`, and when. */
interface Refusals {
  readonly login?: string;
  readonly sender?: string;
  /** By recipient. */
  readonly recipients?: Readonly<Record<string, string>>;
  /** After the mail was read; `drop` hangs up instead. */
  readonly data?: string;
}

interface ReceivedMail {
  readonly to: readonly string[];
  /** Whether it came by TLS, and who had logged in. */
  readonly secure: boolean;
  readonly user: string | undefined;
  /** As mailparser, an independent reader, understands it. */
  readonly mail: ParsedMail;
  /** Names of its headers, in lower case, as they stand there. */
  readonly headers: readonly string[];
}

const { key, certificate } = identities.loopback;

/** A real SMTP server on 127.0.0.1 that takes mails, or refuses them as told. */
export interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  refuse(refusals: Refusals): void;
}

/** Offers STARTTLS, and login by password, unless told otherwise. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  let refusals: Refusals = {};
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    key,
    cert: certificate,
    authOptional: true,
    closeTimeout: 1,
    onAuth: ({ username }, _session, done) => done(refusalOf(refusals.login), { user: username }),
    onMailFrom: (_address, _session, done) => done(refusalOf(refusals.sender)),
    onRcptTo: ({ address }, _session, done) => done(refusalOf(refusals.recipients?.[address])),
    onData(stream, { envelope, secure, user }, done) {
      void buffer(stream).then(async (raw) => {
        if (refusals.data === "drop") return drop(server);
        if (refusals.data) return done(refusalOf(refusals.data));
        const mail = await simpleParser(raw);
        const headers = mail.headerLines.map(({ key }) => key);
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, secure, user, mail, headers });
        done();
      });
    },
    ...options,
  });
  // A client that hangs up is no fault of the server's.
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    port: address.port,
    mails,
    refuse: (next) => {
      refusals = next;
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function drop(server: SMTPServer): void {
  for (const connection of server.connections) connection.close();
}

function refusalOf(reply: string | undefined): (Error & { responseCode: number }) | null {
  if (reply === undefined) return null;
  const [, status, text] = /^(\d{3}) (.*)$/.exec(reply) ?? [];
  return Object.assign(new Error(text), { responseCode: Number(status) });
}
