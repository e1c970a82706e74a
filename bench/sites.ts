/** Site files for the bench's own lab: the shipped one, and copies of it that differ in as little as a figure needs. */
import { parseDocument } from 'yaml';

export interface Changes {
  site?: string;
  automatic?: boolean;
  mirrorEvery?: string;
  ttlSeconds?: number;
}

const paths: Record<keyof Changes, string[]> = {
  site: ['site'],
  automatic: ['policy', 'automatic'],
  mirrorEvery: ['policy', 'mirrorEvery'],
  ttlSeconds: ['dns', 'ttlSeconds'],
};

/** The same YAML with other values. @throws Error that names a field which the original does not have: a copy must not invent one. */
export function changed(source: string, changes: Changes): string {
  const document = parseDocument(source);
  for (const [name, value] of Object.entries(changes) as [keyof Changes, string | number | boolean][]) {
    const path = paths[name];
    if (!document.hasIn(path)) throw new Error(`the site file has no ${path.join('.')} to change`);
    document.setIn(path, value);
  }
  return document.toString();
}
