/** Texts that replace credentials, and the search for them in outputs in every encoding. Pure. */

export interface Canary {
  /** Which credential it is. */
  of: string;
  text: string;
}

/** An output and its source. */
export interface Output {
  from: string;
  text: string;
}

/** A canary that was found; its text is not repeated. */
export interface Hit {
  of: string;
  form: string;
  from: string;
}

/** Shorter ones could be found by chance, or lose too much at the edges of base64. */
const shortest = 12;

/** @throws Error for a canary that is too short to search for. */
export function formsOf({ of, text }: Canary): { form: string; text: string }[] {
  if (text.length < shortest) throw new Error(`the canary of ${of} is shorter than ${shortest} characters`);
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  const encoded = encodeURIComponent(text);
  const forms = [
    { form: 'raw', text },
    { form: 'JSON', text: JSON.stringify(text).slice(1, -1) },
    { form: 'beginning', text: text.slice(0, 2 * shortest) },
    { form: 'end', text: text.slice(-2 * shortest) },
    { form: 'SQL', text: text.replaceAll("'", "''") },
    { form: 'escaped', text: text.replaceAll(/['"\\]/g, '\\$&') },
    { form: 'hex', text: hex },
    { form: 'hex', text: hex.toUpperCase() },
    { form: 'URL-encoded', text: encoded },
    { form: 'URL-encoded', text: encoded.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase()) },
    { form: 'URL-encoded', text: new URLSearchParams({ '': text }).toString().slice(1) },
    ...[0, 1, 2].flatMap((before) => [
      { form: 'base64', text: encodedPart(bytes, before, 'base64') },
      { form: 'base64', text: encodedPart(bytes, before, 'base64url') },
    ]),
  ];
  return forms.filter((one, index) => forms.findIndex(({ text: same }) => same === one.text) === index);
}

/** The base64 of `bytes` after `before` other bytes: only the characters that depend on `bytes` alone. */
function encodedPart(bytes: Buffer, before: number, encoding: 'base64' | 'base64url'): string {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString(encoding);
  return whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

/** Every canary in every output, with the first form in which it is found. */
export function hitsIn(outputs: readonly Output[], canaries: readonly Canary[]): Hit[] {
  const needles = canaries.map((canary) => ({ of: canary.of, forms: formsOf(canary) }));
  return outputs.flatMap(({ from, text }) =>
    needles.flatMap(({ of, forms }) => {
      const found = forms.find((form) => text.includes(form.text));
      return found === undefined ? [] : [{ of, form: found.form, from }];
    }),
  );
}

/** The canaries of one credential: its parts, where they are secret by themselves. */
export function canariesOf(of: string, credential: string): Canary[] {
  if (credential.includes('PRIVATE KEY'))
    return [...new Set(credential.split(/\n|\\n/).filter((line) => /^[\w+/=]{60,}$/.test(line)))].map((text) => ({
      of,
      text,
    }));
  const url = URL.canParse(credential) && /^https?:/.test(credential) ? new URL(credential) : undefined;
  const parts = url ? url.pathname.split('/') : credential.split(':');
  return parts.filter((part) => part.length >= shortest).map((text) => ({ of, text }));
}
