/** One connection to one Redis: one attempt, one timeout, and no secret in what it says. */
import { Redis } from 'ioredis';
import type { FailureKind } from '../../domain/failure';
import { asClause } from '../../domain/sentence';
import { PortError } from '../../ports/errors';
import { plainWords } from '../http/plain-words';
import { redactor } from '../http/redact';
import { withTimeout } from '../kit/timeout';
import { disagreement, isAlertAboutOurs, isDisagreement } from '../kit/tls-refusal';
import { waiting, type Waiting } from '../kit/waiting';

export interface RedisOptions {
  /** Name of the region, for the sentences. */
  region: string;
  host: string;
  /** Also the port of the servers it follows. */
  port: number;
  /** Of the ACL; the default user when absent. With it and its password it also logs in to the servers it follows. */
  user?: string;
  password: string;
  /** Talks TLS only, also to the servers it follows. PEM of the authority that signed their certificates, and of an own one where they ask for it. */
  tls?: { ca: string; certificate?: string; key?: string };
  /** What the server calls its command CONFIG; CONFIG by default. */
  configCommand?: string;
  /** Logical database of sessions and carts, and of the object cache. */
  sessionsDb: number;
  cacheDb: number;
  /** Limit of one question, 2 s by default. */
  timeoutMs?: number;
}

/** Redis' error codes, the first word of each of its errors; what is not listed is a refusal of the server. */
const kinds: Readonly<Record<string, FailureKind>> = {
  WRONGPASS: 'denied',
  NOAUTH: 'denied',
  NOPERM: 'denied',
  LOADING: 'unavailable',
  BUSY: 'unavailable',
  MASTERDOWN: 'unavailable',
};

interface Opening {
  client: Redis;
  ready: Promise<unknown>;
  /** The first thing that went wrong; the driver's later errors only follow from it. */
  trouble?: Error;
  waiting: Waiting;
}

/** Nothing is queued for later, nothing is sent twice. */
const oneAttempt = {
  lazyConnect: true,
  enableReadyCheck: false,
  retryStrategy: () => null,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResubscribe: false,
} as const;

/** As the driver takes it; the certificate must name `host`. */
const tlsOf = ({ tls }: RedisOptions) =>
  tls && {
    tls: { ca: tls.ca, ...(tls.certificate !== undefined && { cert: tls.certificate, key: tls.key }) },
  };

const loginOf = (options: RedisOptions) => {
  const { host, port, user, password } = options;
  return { host, port, password, ...(user !== undefined && { username: user }), ...tlsOf(options) };
};

/** Does nothing to a connection that has ended: the driver would wait two seconds for it to end once more. */
function end(client: Redis | undefined): void {
  if (client?.status !== 'end') client?.disconnect();
}

export function connection(options: RedisOptions) {
  const { timeoutMs = 2_000 } = options;
  const server = serverOf(options);
  let current: Opening | undefined;

  function opened(): Opening {
    if (current !== undefined) return current;
    const client = new Redis({ ...oneAttempt, ...loginOf(options), connectTimeout: timeoutMs });
    const opening: Opening = { client, ready: client.connect(), waiting: waiting() };
    opening.ready.catch(() => undefined);
    client.on('error', (error: Error) => (opening.trouble ??= error));
    client.on('end', () => forget(opening));
    return (current = opening);
  }

  function forget(opening: Opening | undefined): void {
    if (current === opening) current = undefined;
  }

  function drop(opening: Opening | undefined, trouble: Error): void {
    forget(opening);
    opening?.waiting.end(trouble);
    end(opening?.client);
  }

  async function ask<T>(what: string, question: (client: Redis) => Promise<T>): Promise<T> {
    const opening = opened();
    try {
      const answer = opening.ready.then(() => question(opening.client));
      const late = `${server} could not ${what} and gave no answer within ${timeoutMs} ms.`;
      return await withTimeout(timeoutMs, opening.waiting.heard(answer), late);
    } catch (error) {
      const trouble = opening.trouble ?? (error as Error);
      // A refusal is an answer over a sound connection, and others may be asking over it right now.
      if (!isAnswer(trouble)) drop(opening, trouble);
      throw trouble instanceof PortError ? trouble : failureOf(trouble, options, what);
    }
  }

  const closed = new PortError('unavailable', `The connection to ${server} was closed.`);
  return { ask, close: () => drop(current, closed) };
}

/** The first word of an error that the server sent; absent where the connection failed. */
const codeIn = (message: string): string | undefined => /^[A-Z]+(?= )/.exec(message)?.[0];

/** Errors of a login: without it nobody else gets an answer over this connection either. */
const ofLogin: ReadonlySet<string> = new Set(['WRONGPASS', 'NOAUTH']);

function isAnswer(trouble: Error): boolean {
  const code = trouble instanceof PortError ? undefined : codeIn(trouble.message);
  return code !== undefined && !ofLogin.has(code);
}

/** A server repeats pieces of what it was sent, and names the key that it was asked for, which is a customer's session. */
function quoting({ host, port, password, tls }: RedisOptions): (said: string) => string {
  const hide = redactor([password, tls?.key ?? '']);
  return (said) => plainWords(hide(said), new Set([host, `${host}:${port}`]));
}

/** What the server said, as far as it may be repeated. */
export function failureOf(trouble: Error, options: RedisOptions, what: string): PortError {
  const quote = quoting(options);
  const server = serverOf(options);
  // OpenSSL's own words, which repeat nothing that was sent.
  if (isAlertAboutOurs(trouble)) return new PortError('denied', aboutOurs(trouble.message, options));
  if (isDisagreement(trouble)) {
    const fields = 'tls-protocols and tls-ciphers of its redis.conf';
    return new PortError(
      'denied',
      `${server} ${disagreement}: ${trouble.message.trim()}. Let ${fields} allow TLSv1.2 or TLSv1.3.`,
    );
  }
  if (isCertificate(trouble))
    return new PortError(
      'denied',
      `The TLS certificate of ${server} was rejected: ${asClause(quote(trouble.message))}.`,
    );
  const code = codeIn(trouble.message);
  const kind = code === undefined ? 'unavailable' : (kinds[code] ?? 'refused');
  const said = quote(trouble.message);
  return new PortError(kind, `${server} could not ${what} and said: ${asClause(said)}.`);
}

function aboutOurs(message: string, options: RedisOptions): string {
  const fields = `regions.${options.region}.sessions.tls.certificate and key`;
  return options.tls?.certificate === undefined
    ? `${serverOf(options)} asks handover for a certificate: ${message.trim()}. Set ${fields}.`
    : `${serverOf(options)} refused the certificate of handover: ${message.trim()}. Set ${fields} to one that its tls-ca-cert-file has signed and that has not expired.`;
}

const serverOf = ({ region, host, port }: RedisOptions): string => `${region}'s Redis at ${host}:${port}`;

/** Node's codes for a certificate that it does not trust (tls, X509 certificate error codes, 2026-11). */
const isCertificate = ({ code }: Error & { code?: unknown }): boolean =>
  typeof code === 'string' && /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)/.test(code);
