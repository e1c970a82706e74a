import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './network/commands';
import { places, regionNames, type RegionName } from './network/places';

const passwords = [
  'db-runbook',
  'db-shop',
  'db-repl',
  'db-referee',
  'redis',
  'pdns-api-key',
  'shop-canary',
  'scheduler',
] as const;
const tableKeys = ['table-runbook', 'table-shop', 'table-north', 'table-east', 'table-west'] as const;

export type Passwords = Record<(typeof passwords)[number], string>;

/** Generates every secret, each in a file of mode 0600 under `dir`, and returns the passwords. */
export async function makeSecrets(dir: string): Promise<Passwords> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const made = Object.fromEntries(passwords.map((name) => [name, randomBytes(18).toString('base64url')])) as Passwords;
  const keys = tableKeys.map((name) => {
    const id = `LAB${name.replace('table-', '').toUpperCase()}${randomBytes(4).toString('hex').toUpperCase()}`;
    return [name, `${id}:${randomBytes(24).toString('base64url')}`] as const;
  });
  const files = [...Object.entries(made), ...keys];
  await Promise.all(files.map(([name, value]) => writeFile(join(dir, name), value, { mode: 0o600 })));
  return made;
}

/**
 * Generates one key that logs in as root on both regions (runbook to region, region to region), a host key per region,
 * and known_hosts files that pin them.
 * @param root the lab's directory
 */
export async function makeSshKeys(root: string): Promise<void> {
  const secrets = join(root, 'secrets');
  const key = await makeKey(join(secrets, 'ssh-key'), 'handover-lab');
  const hostKeys = await Promise.all(regionNames.map((region) => makeHostKey(root, region)));
  const knownHosts = `${hostKeys.join('\n')}\n`;
  await writeFile(join(secrets, 'ssh-known-hosts'), knownHosts, { mode: 0o600 });
  await Promise.all(
    regionNames.map(async (region) => {
      const dir = join(root, region, 'etc/ssh');
      await writeFile(join(dir, 'authorized_keys'), `${key.public}\n`, { mode: 0o600 });
      await writeFile(join(dir, 'id_ed25519'), key.private, { mode: 0o600 });
      await writeFile(join(dir, 'known_hosts'), knownHosts);
    }),
  );
}

async function makeHostKey(root: string, region: RegionName): Promise<string> {
  const dir = join(root, region, 'etc/ssh');
  await mkdir(dir, { recursive: true });
  const { public: line } = await makeKey(join(dir, 'host_ed25519'), `host-${region}`);
  return `${places[region].address} ${line.split(' ').slice(0, 2).join(' ')}`;
}

async function makeKey(path: string, comment: string): Promise<{ private: string; public: string }> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path]);
  const pair = { private: await readFile(path, 'utf8'), public: (await readFile(`${path}.pub`, 'utf8')).trim() };
  await rm(`${path}.pub`);
  return pair;
}
