import { getCACertificates } from "node:tls";
import { z } from "zod";
import { isLoopback } from "../../core/address.ts";
import { Secret, scrubber, secretText } from "../../core/secret.ts";
import type { Attempt, Notice, SendingNotifier, Verdict } from "../notifier.ts";
import { mailOf } from "./email-message.ts";
import { refusalsIn, verdictOnFailure } from "./email-verdict.ts";

interface EmailOptions {
  readonly host: string;
  readonly port?: number | undefined;
  readonly tls: "starttls" | "implicit" | "none";
  readonly ca?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

const address = z
  .string()
  .regex(z.regexes.email, { error: "must be a mail address such as ops@example.com" });

/** Mail, by a server that speaks SMTP (RFC 5321). */
export const email: SendingNotifier<EmailOptions> = {
  type: "email",
  options: z
    .strictObject({
      host: z
        .string()
        .regex(z.regexes.hostname, { error: "must be the name or the IPv4 address of a host" })
        .describe("Mail server that takes the mails, by SMTP."),
      port: z
        .preprocess(
          (value) => (typeof value === "string" ? Number(value) : value),
          z.int().min(1).max(65_535),
        )
        .optional()
        .describe("Its port. Default: 587; 465 with `tls: implicit`, 25 with `tls: none`."),
      tls: z
        .enum(["starttls", "implicit", "none"])
        .default("starttls")
        .describe(
          "How the way there is encrypted: by STARTTLS, which must succeed, from the first byte (`implicit`), or not at all (`none`, without a password unless to this machine). Default: starttls.",
        ),
      ca: z
        .string()
        .regex(/-----BEGIN CERTIFICATE-----/, { error: "must be certificates in PEM" })
        .optional()
        .describe(
          "Certificates to trust beside the system's, as PEM text, which may be read from a file like every value. Default: none.",
        ),
      user: z.string().min(1).optional().describe("Who logs in there. Default: nobody."),
      password: secretText().optional().describe("Password of `user`. Default: none."),
      from: address.describe("Address that the mails come from."),
      to: z
        .array(address)
        .min(1)
        .describe(
          "Addresses that get each mail, as one delivery: if one of them is refused, the log names it and the others are not told again. One that must miss nothing needs a notifier of its own.",
        ),
    })
    .refine(({ user, password }) => (user === undefined) === (password === undefined), {
      path: ["password"],
      error: "is needed together with user, and only then",
    })
    .refine(({ host, tls, password }) => tls !== "none" || !password || isLoopback(host), {
      path: ["tls"],
      error: "must not be none where a password is sent to another machine",
    }),
  preview({ message }) {
    const { subject, text } = mailOf(message);
    return `Subject: ${subject}\n\n${text}`;
  },
  async send(notice, options, attempt) {
    const { createTransport } = await import("nodemailer");
    const host = `${options.host}:${options.port ?? ports[options.tls]}`;
    try {
      const sent = await createTransport(serverOf(options)).sendMail({
        ...mailFor(notice, options, attempt),
        signal: attempt.signal,
      });
      const refusals = refusalsIn(sent.rejectedErrors ?? []);
      const handle = sent.serverMessageId ?? sent.messageId;
      const why = `${host} took it for the others, but not for ${refusals}.`;
      return { verdict: "accepted", handle, ...(refusals && { why }) };
    } catch (error) {
      return withoutEcho(verdictOnFailure(error, host), options);
    }
  },
};

/** As they are registered for submission (RFC 6409, RFC 8314) and relay. */
const ports = { starttls: 587, implicit: 465, none: 25 } as const;

/** In milliseconds; together less than the engine waits. */
const patience = { dns: 5_000, connection: 10_000, greeting: 10_000, silence: 20_000 };

function serverOf({ host, port, tls, ca, user, password }: EmailOptions) {
  return {
    host,
    port: port ?? ports[tls],
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    tls: ca === undefined ? {} : { ca: [...getCACertificates(), ca] },
    ...(password && { auth: { user, pass: password.reveal() }, forceAuth: true }),
    dnsTimeout: patience.dns,
    connectionTimeout: patience.connection,
    greetingTimeout: patience.greeting,
    socketTimeout: patience.silence,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** By its id a mail program knows a mail that was sent twice, and by the first of its incident what belongs together. */
function mailFor({ event, message }: Notice, { from, to }: EmailOptions, { at, handle }: Attempt) {
  return {
    from,
    to: [...to],
    ...mailOf(message),
    date: new Date(at),
    messageId: `<${event.id}${from.slice(from.lastIndexOf("@"))}>`,
    ...(handle !== undefined && { inReplyTo: handle, references: handle }),
    headers: { "Auto-Submitted": "auto-generated" },
  };
}

/** A server may answer with what it was sent. */
function withoutEcho(verdict: Verdict, { user, password }: EmailOptions): Verdict {
  if (!password || verdict.verdict === "accepted") return verdict;
  const login = Buffer.from(`\0${user}\0${password.reveal()}`).toString("base64");
  return { ...verdict, why: scrubber([password, new Secret(login)])(verdict.why) };
}
