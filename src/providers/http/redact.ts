/** Keeps secrets out of every sentence. */
/**
 * A function that takes every one of `secrets` out of a text, and each line of one that has several, because servers repeat line breaks in
 * their own ways. Texts shorter than four characters hide nothing and are left.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const pieces = secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]);
  const worth = [...new Set(pieces)].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  return (text) => worth.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
}
