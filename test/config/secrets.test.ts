import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/fields/duration';
import { isSecretRef, resolveSecret, secretPath, SecretMissing, type SecretRef } from '../../src/fields/secret-refs';

const ref = (text: string) => text as SecretRef;

describe('secrets', () => {
  test('env:NAME is read from the environment and file:NAME from the secrets directory, without a trailing line break', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'secrets-'));
    await writeFile(join(dir, 'db'), 'from a file\n');
    const env = { HANDOVER_SECRETS_DIR: dir, DB: 'from the environment' };
    expect(await resolveSecret(ref('env:DB'), env)).toBe('from the environment');
    expect(await resolveSecret(ref('file:db'), env)).toBe('from a file');
    expect(secretPath(ref('file:../ca/ca.crt'), { HANDOVER_SECRETS_DIR: '/lab/secrets' })).toBe('/lab/ca/ca.crt');
    await rm(dir, { recursive: true });
  });

  const cases: [string, NodeJS.ProcessEnv, string][] = [
    ['env:ABSENT', {}, "The secret env:ABSENT can't be used: the environment variable ABSENT is not set."],
    ['env:EMPTY', { EMPTY: '\n' }, "The secret env:EMPTY can't be used: it is empty."],
    [
      'file:db',
      {},
      "The secret file:db can't be used: HANDOVER_SECRETS_DIR is not set, for example HANDOVER_SECRETS_DIR=.lab/secrets.",
    ],
    [
      'file:absent',
      { HANDOVER_SECRETS_DIR: '/nowhere' },
      "The secret file:absent can't be used: the file /nowhere/absent can't be read (ENOENT).",
    ],
  ];
  test.each(cases)('the unreadable secret %s is reported in one sentence', async (text, env, sentence) => {
    const failure = await resolveSecret(ref(text), env).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SecretMissing);
    expect((failure as SecretMissing).message).toBe(sentence);
  });

  test.each(['hunter2', 'env:', 'env:1X', 'file:', 'file:/etc/passwd', 'ENV:DB', 'file:a\nb'])(
    '%j is not a secret reference',
    (text) => {
      expect(isSecretRef(text)).toBe(false);
    },
  );
});

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
    ['0s', 0],
  ])('the duration %s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(['10', '', 's', '-1s', '1e3s', '10 s', '10S', '0.0001s', '1h30m', 'NaNs', '9999999999d'])(
    '%j is not a duration',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test('a formatted duration parses to the same milliseconds', () => {
    fc.assert(fc.property(fc.nat({ max: 999_999_999 }), (ms) => expect(parseDuration(formatDuration(ms))).toBe(ms)));
  });
});
