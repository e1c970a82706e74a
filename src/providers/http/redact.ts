/** Keeps secrets out of messages. */

/**
 * Returns a function that replaces every secret in a text, and each line of a multi-line secret, because servers echo line breaks
 * differently. Secrets shorter than four characters are left: they would match by chance.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const pieces = secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]);
  const worth = [...new Set(pieces)].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  return (text) => worth.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
}
