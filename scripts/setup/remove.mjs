// Takes back what the set-up brought, and nothing else.
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { apt, missingNow, recorded, RECORD } from './debian.mjs';
import { lastWords, Missing, step } from './run.mjs';

/** Packages that apt would remove along with ours although the set-up did not bring them, from `apt-get --simulate`. */
export function bystanders(simulation, ours) {
  const removed = [...simulation.matchAll(/^(?:Remv|Purg) (\S+)/gm)].map((match) => match[1].replace(/:.*/, ''));
  return [...new Set(removed)].filter((name) => !ours.includes(name));
}

export async function removeAll(root, dryRun) {
  const folders = ['node_modules', '.cache', 'dist'].filter((name) => existsSync(join(root, name)));
  const gone = missingNow(recorded());
  const packages = recorded().filter((name) => !gone.includes(name));
  console.log(`handover set-up removes: ${folders.map((name) => `${name}/`).join(' ') || 'no folder'}`);
  console.log(
    `and ${packages.length} Debian packages it installed${packages.length > 0 ? `: ${packages.join(' ')}` : ''}`,
  );
  if (dryRun) return;
  if (packages.length > 0) await step('Debian packages', () => purge(packages));
  for (const name of folders) await step(`${name}/`, () => (rmSync(join(root, name), { recursive: true }), 'removed'));
}

async function purge(packages) {
  const command = `apt-get purge ${packages.join(' ')}`;
  if (process.getuid() !== 0) throw new Missing('Only root can remove Debian packages.', `sudo ${command}`);
  const { output: simulation } = await apt('purge', '--simulate', ...packages);
  const others = bystanders(simulation, packages);
  if (others.length > 0)
    throw new Missing(`Other packages need ours by now (${others.join(' ')}), so none was removed.`, command);
  const { code, output } = await apt('purge', '-y', '-q', ...packages);
  if (code !== 0) throw new Missing(`The packages are still there: apt-get ended with ${lastWords(output)}.`, command);
  rmSync(dirname(RECORD), { recursive: true });
  return `${packages.length} removed`;
}
