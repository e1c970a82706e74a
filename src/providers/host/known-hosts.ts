import { createHash, createHmac } from 'node:crypto';
import { utils } from 'ssh2';

export interface KnownKey {
  type: string;
  /** The public key as the host sends it. */
  blob: Buffer;
}

/** A host may be written as a plain name, as `[name]:port`, or hashed (`|1|SALT|HASH`). Patterns with wildcards match nothing here. */
function names(field: string, address: string, port: number): boolean {
  const wanted = port === 22 ? [address, `[${address}]:22`] : [`[${address}]:${port}`];
  return field.split(',').some((name) => {
    const [empty, version, salt, hash] = name.split('|');
    if (empty !== '' || version !== '1' || salt === undefined) return wanted.includes(name);
    return wanted.some(
      (each) => createHmac('sha1', Buffer.from(salt, 'base64')).update(each).digest('base64') === hash,
    );
  });
}

/** Keys that the text of a known_hosts file gives for one host; revoked and certificate lines give none. */
export function knownKeys(text: string, address: string, port: number): KnownKey[] {
  const fields = text.split(/\r?\n/).map((line) => line.trim().split(/\s+/));
  return fields.flatMap(([hosts = '', type, key]) => {
    if (hosts.startsWith('#') || hosts.startsWith('@') || !type || !key || !names(hosts, address, port)) return [];
    return [{ type, blob: Buffer.from(key, 'base64') }];
  });
}

/** Signature algorithms to ask for, so that the host shows a key of a kind that is known; undefined when none is. */
export function algorithmsFor(keys: readonly KnownKey[]): string[] | undefined {
  if (keys.length === 0) return undefined;
  return [...new Set(keys.flatMap(({ type }) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type])))];
}

/** Type and fingerprint of a shown key, as `ssh-keygen -lf` prints them. */
export function fingerprint(blob: Buffer): string {
  const parsed = utils.parseKey(blob);
  const type = parsed instanceof Error ? 'a key' : parsed.type;
  return `${type} SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
