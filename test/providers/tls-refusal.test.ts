/** A server that asks for our certificate, or refuses it, is not said to have a bad one; by the errors that Node raises (20 and 24, 2026-11). */
import { connect, createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { translated } from '../../src/providers/database/wire/failures';
import { isAlertAboutOurs, isDisagreement } from '../../src/providers/kit/tls-refusal';
import { failureOf, type RedisOptions } from '../../src/providers/sessions/redis-connection';
import { until } from '../../lab/loopback/until';
import { identity } from '../../lab/loopback/web';

const errorOf = (code: string, message: string) => Object.assign(new Error(message), { code });
const openssl = (reason: string, number: number) =>
  `00A8:error:0A00045C:SSL routines:ssl3_read_bytes:${reason}:../ssl/record/rec_layer_s3.c:1590:SSL alert number ${number}\n`;
const options: RedisOptions = {
  region: 'A',
  host: '198.51.100.10',
  port: 6379,
  password: 'secret',
  sessionsDb: 0,
  cacheDb: 1,
};
const own = { ca: 'CA', certificate: 'C', key: 'K' };

const alerts: [code: string, message: string][] = [
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', openssl('tlsv13 alert certificate required', 116)],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', openssl('sslv3 alert bad certificate', 42)],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', openssl('ssl/tls alert certificate expired', 45)],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', openssl('tlsv1 alert unknown ca', 48)],
  ['EPROTO', `write EPROTO ${openssl('tlsv13 alert certificate required', 116)}`],
];

describe.each(alerts)('%s', (code, message) => {
  test('of a Redis says which fields to set', () => {
    const told = (over: Partial<RedisOptions>) =>
      failureOf(errorOf(code, message), { ...options, ...over }, 'tell its replication');
    expect(told({ tls: { ca: 'CA' } })).toMatchObject({
      kind: 'denied',
      message: `A's Redis at 198.51.100.10:6379 asks handover for a certificate: ${message.trim()}. Set regions.A.sessions.tls.certificate and key.`,
    });
    expect(told({ tls: own })).toMatchObject({
      kind: 'denied',
      message: `A's Redis at 198.51.100.10:6379 refused the certificate of handover: ${message.trim()}. Set regions.A.sessions.tls.certificate and key to one that its tls-ca-cert-file has signed and that has not expired.`,
    });
  });

  test('of a database says that there is none to show', () => {
    expect(translated(errorOf(code, message), "A's database", 'tell its state', true)).toMatchObject({
      kind: 'denied',
      message: expect.stringMatching(/^A's database asks handover for a TLS certificate, and it has none/) as string,
    });
  });
});

test.each([
  ['ECONNRESET', 'read ECONNRESET'],
  ['', 'Connection is closed.'],
])('a connection that ended before the alert arrived is told as that: %s', (code, message) => {
  const told = failureOf(errorOf(code, message), { ...options, tls: { ca: 'CA' } }, 'tell its replication');
  expect(told).toMatchObject({ kind: 'unavailable', message: expect.stringContaining(message) as string });
});

test.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'],
  ['CERT_HAS_EXPIRED', 'certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames"],
])("the server's own certificate is not taken for ours: %s", (code, message) => {
  const rejected = failureOf(errorOf(code, message), { ...options, tls: own }, 'tell its replication');
  expect(rejected).toMatchObject({ kind: 'denied', message: expect.stringContaining('was rejected') as string });
  expect(isAlertAboutOurs(errorOf(code, message))).toBe(false);
});

test('what a real server says that asks for a certificate is such an alert', async () => {
  const { key, cert } = identity('IP:127.0.0.1');
  const server = createServer({ key, cert, requestCert: true, rejectUnauthorized: true });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const said = () =>
    new Promise<Error | undefined>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, ca: cert, checkServerIdentity: () => undefined });
      socket.on('error', (error: Error) => resolve(/alert/.test(error.message) ? error : undefined));
      socket.on('close', () => resolve(undefined)).resume();
    });
  // Now and then the connection ends first.
  const alert = await until('the alert arrives', said);
  server.close();
  expect([isAlertAboutOurs(alert), alert.message]).toEqual([true, expect.stringContaining('certificate required')]);
});

const disagreements: [code: string, message: string][] = [
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', openssl('sslv3 alert handshake failure', 40)],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', openssl('tlsv1 alert protocol version', 70)],
  ['ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY', openssl('tlsv1 alert insufficient security', 71)],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'error:0A000102:SSL routines::unsupported protocol'],
  ['EPROTO', `write EPROTO ${openssl('sslv3 alert handshake failure', 40)}`],
];

describe.each(disagreements)('%s, by which server and we agree on no version or cipher', (code, message) => {
  const error = errorOf(code, message);

  test('is neither about a certificate nor an outage of a database', () => {
    expect(isAlertAboutOurs(error)).toBe(false);
    expect(translated(error, "A's database", 'tell its state', true)).toMatchObject({
      kind: 'denied',
      message: `A's database and handover agree on no version or cipher of TLS: ${message.trim()}. Let tls_version and ssl_cipher in its option file allow TLSv1.2 or TLSv1.3.`,
    });
  });

  test('is neither about a certificate nor an outage of a Redis', () => {
    expect(failureOf(error, { ...options, tls: own }, 'tell its replication')).toMatchObject({
      kind: 'denied',
      message: `A's Redis at 198.51.100.10:6379 and handover agree on no version or cipher of TLS: ${message.trim()}. Let tls-protocols and tls-ciphers of its redis.conf allow TLSv1.2 or TLSv1.3.`,
    });
  });
});

test.each([
  ['another version', { maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }],
  [
    'other ciphers',
    { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-GCM-SHA384' },
    { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' },
  ],
] as const)('what a real server says that takes %s is such a disagreement', async (_what, takes, offered) => {
  const { key, cert } = identity('IP:127.0.0.1');
  const server = createServer({ key, cert, ...takes });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const said = await new Promise<Error>((resolve) => {
    connect({ host: '127.0.0.1', port, ca: cert, ...offered }).on('error', resolve);
  });
  server.close();
  expect(isDisagreement(said)).toBe(true);
});

test('a server that talks no TLS at all does not disagree about it', () => {
  const error = errorOf('ERR_SSL_WRONG_VERSION_NUMBER', 'error:0A00010B:SSL routines::wrong version number');
  expect(isDisagreement(error)).toBe(false);
});
