/** Site files for the bench's lab: the shipped one, and copies of it with the changes that a figure needs. */
import { parseDocument } from 'yaml';

export interface SiteChanges {
  site?: string;
  automatic?: boolean;
  mirrorEvery?: string;
  ttlSeconds?: number;
}

const paths: Record<keyof SiteChanges, string[]> = {
  site: ['site'],
  automatic: ['policy', 'automatic'],
  mirrorEvery: ['policy', 'mirrorEvery'],
  ttlSeconds: ['dns', 'ttlSeconds'],
};

/** The same YAML with other values. @throws Error that names a field which the original does not have. */
export function withChanges(source: string, changes: SiteChanges): string {
  const document = parseDocument(source);
  for (const [name, value] of Object.entries(changes) as [keyof SiteChanges, string | number | boolean][]) {
    const path = paths[name];
    if (!document.hasIn(path)) throw new Error(`the site file has no ${path.join('.')} to change`);
    document.setIn(path, value);
  }
  return document.toString();
}
