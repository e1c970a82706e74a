/** What a known_hosts file says about one host; the format is that of sshd(8). */
import { createHash, createHmac } from 'node:crypto';
import { utils } from 'ssh2';

export interface KnownKey {
  type: string;
  /** The public key as the host sends it. */
  blob: Buffer;
}

export interface KnownHost {
  keys: KnownKey[];
  /** Keys that must not be believed, whatever other lines say. */
  revoked: { line: number; blob: Buffer }[];
  /** Lines about the host that give no usable key, with the reason. */
  skipped: { line: number; because: string }[];
}

/** Types of keys that ssh2 can verify. */
const verifiable = new Set([
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
]);

/** A host may be written as a plain name, as `[name]:port`, hashed (`|1|SALT|HASH`), or as a pattern with `*`, `?` and `!` for "not". */
function names(field: string, address: string, port: number): boolean {
  const wanted = port === 22 ? [address, `[${address}]:22`] : [`[${address}]:${port}`];
  const matches = (name: string) => wanted.some((each) => isName(name, each.toLowerCase()));
  const parts = field.split(',');
  if (parts.some((part) => part.startsWith('!') && matches(part.slice(1)))) return false;
  return parts.some((part) => !part.startsWith('!') && matches(part));
}

function isName(name: string, wanted: string): boolean {
  const [empty, version, salt, hash] = name.split('|');
  if (empty === '' && version === '1' && salt !== undefined)
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(wanted).digest('base64') === hash;
  const pattern = name
    .toLowerCase()
    .replace(/[\\^$+.()|[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(wanted);
}

/** What the lines of the text of a known_hosts file say about one host. A line of no use hides no other. */
export function knownHost(text: string, address: string, port: number): KnownHost {
  const known: KnownHost = { keys: [], revoked: [], skipped: [] };
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    const fields = content.trim().split(/\s+/);
    const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined;
    const [hosts = '', type = '', key = ''] = fields;
    if (hosts === '' || hosts.startsWith('#') || !names(hosts, address, port)) continue;
    const [line, blob] = [index + 1, Buffer.from(key, 'base64')];
    const useless = marker === '@revoked' ? undefined : uselessness(marker, type, blob);
    if (marker === '@revoked') known.revoked.push({ line, blob });
    else if (useless !== undefined) known.skipped.push({ line, because: useless });
    else known.keys.push({ type, blob });
  }
  return known;
}

function uselessness(marker: string | undefined, type: string, blob: Buffer): string | undefined {
  if (marker !== undefined) return `${marker} is not supported`;
  if (!verifiable.has(type)) return `keys of type ${type || '(none)'} can't be verified`;
  // A key begins with the length and the name of its own type.
  const own = blob.length > 4 ? blob.subarray(4, 4 + blob.readUInt32BE(0)).toString() : '';
  return own === type ? undefined : 'its key is damaged';
}

/** Signature algorithms to ask for, so that the host shows a key of a kind that is known; undefined when none is. */
export function algorithmsFor(keys: readonly KnownKey[]): string[] | undefined {
  if (keys.length === 0) return undefined;
  return [...new Set(keys.flatMap(({ type }) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type])))];
}

/** Type and fingerprint of a shown key, as `ssh-keygen -lf` prints them. */
function fingerprint(blob: Buffer): string {
  const parsed = utils.parseKey(blob);
  const type = parsed instanceof Error ? 'a key' : parsed.type;
  return `${type} SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** Why `host` must not be believed when it shows this key, if so. */
export function doubtAbout(host: string, shown: Buffer, { keys, revoked, skipped }: KnownHost): string | undefined {
  const never = revoked.find(({ blob }) => blob.equals(shown));
  const showed = fingerprint(shown);
  if (never) return `${host} shows a key that line ${never.line} of known_hosts revokes (${showed}).`;
  if (keys.some(({ blob }) => blob.equals(shown))) return undefined;
  if (keys.length > 0) return `${host} shows another key than known_hosts has (${showed}); it may not be that host.`;
  const lines = skipped.map(({ line, because }) => `line ${line}: ${because}`).join('; ');
  const absent = lines === '' ? 'is not in known_hosts' : `has no usable key in known_hosts (${lines})`;
  return `${host} ${absent}; it shows ${showed}, so add that key if it is right.`;
}
