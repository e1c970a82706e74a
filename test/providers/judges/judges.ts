import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

/** Where `npm run setup -- --judges` put this program of somebody else's (scripts/setup/judges.mjs), or why it can't judge here. */
export function judgeOf(name: string): { folder: string } | { because: string } {
  const folder = join(root, '.cache/judges', name);
  return existsSync(join(folder, 'brought')) ? { folder } : { because: `npm run setup -- --judges brings ${name}` };
}
