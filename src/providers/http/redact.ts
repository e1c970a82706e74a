/** Keeps secrets out of messages. */

/** A piece of a secret of this length is hidden by itself: servers cut off, split and escape what they repeat. */
const run = 12;

/**
 * Returns a function that replaces every secret in a text, each line of a multi-line secret, because servers echo line breaks differently, and
 * each piece of 12 characters and more of any of them. Secrets shorter than four characters are left: they would match by chance.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const pieces = secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/)]);
  const worth = [...new Set(pieces)].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  const runs = new Set(worth.flatMap(runsOf));
  return (text) =>
    withoutRuns(
      runs,
      worth.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text),
    );
}

const runsOf = (secret: string): string[] =>
  Array.from({ length: Math.max(0, secret.length - run + 1) }, (_, at) => secret.slice(at, at + run));

function withoutRuns(runs: ReadonlySet<string>, text: string): string {
  let rest = '';
  let from = 0;
  for (let at = 0; at + run <= text.length; at += 1) {
    if (!runs.has(text.slice(at, at + run))) continue;
    rest += `${text.slice(from, at)}[hidden]`;
    while (runs.has(text.slice(at + 1, at + 1 + run))) at += 1;
    from = at + run;
    at = from - 1;
  }
  return rest + text.slice(from);
}
