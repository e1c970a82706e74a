/**
 * PHP's serialized arrays, cut into their entries without being understood: `a:2:{s:1:"k";i:5;...}` is a list of keys with the text of each
 * value. Lengths count bytes, so texts are taken as bytes. Anything that is not cut cleanly to its end is no array.
 */
export type Entries = Map<string, string>;

const latin = (text: string) =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
const utf8 = (bytes: string) => new TextDecoder().decode(Uint8Array.from(bytes, (each) => each.charCodeAt(0)));

/** Keys as they are serialized, with the serialized value of each; undefined where the text is no serialized array. */
export function entriesOf(serialized: string): Entries | undefined {
  const bytes = latin(serialized);
  const head = /^a:(\d+):\{/.exec(bytes);
  if (!head) return undefined;
  const entries: Entries = new Map();
  let at = head[0].length;
  for (let index = 0; index < Number(head[1]); index += 1) {
    const keyEnd = endOf(bytes, at);
    const valueEnd = keyEnd === undefined ? undefined : endOf(bytes, keyEnd);
    if (keyEnd === undefined || valueEnd === undefined) return undefined;
    entries.set(utf8(bytes.slice(at, keyEnd)), utf8(bytes.slice(keyEnd, valueEnd)));
    at = valueEnd;
  }
  return bytes.slice(at) === '}' ? entries : undefined;
}

export function serializedOf(entries: Entries): string {
  return `a:${entries.size}:{${[...entries].map(([key, value]) => key + value).join('')}}`;
}

/** Where the value that begins at `at` ends. */
function endOf(bytes: string, at: number): number | undefined {
  const rest = bytes.slice(at, at + 40);
  const plain = /^(?:N;|[bi]:-?\d+;|d:[^;]{1,30};)/.exec(rest);
  if (plain) return at + plain[0].length;
  const string = /^s:(\d+):"/.exec(rest);
  if (string) {
    const end = at + string[0].length + Number(string[1]);
    return bytes.slice(end, end + 2) === '";' ? end + 2 : undefined;
  }
  const object = /^O:\d+:"[^"]*":(\d+):\{/.exec(bytes.slice(at, at + 300));
  const array = /^a:(\d+):\{/.exec(rest) ?? object;
  if (!array) return undefined;
  let inner: number | undefined = at + array[0].length;
  for (let index = 0; index < Number(array[1]) * 2 && inner !== undefined; index += 1) inner = endOf(bytes, inner);
  return inner !== undefined && bytes[inner] === '}' ? inner + 1 : undefined;
}

/** The entries that `theirs` added since `before`, and without those that it took away and that `ours` still has as they were. */
export function united(before: Entries, theirs: Entries, ours: Entries): Entries {
  const all: Entries = new Map(ours);
  for (const [key, value] of theirs) if (!before.has(key) && !ours.has(key)) all.set(key, value);
  for (const [key, value] of before) if (!theirs.has(key) && ours.get(key) === value) all.delete(key);
  return all;
}
