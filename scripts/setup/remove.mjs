// Removes what the set-up installed, and nothing else.
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { apt, missingNow, recorded, RECORD } from './debian.mjs';
import { errorIn, Missing, step } from './run.mjs';

/** Packages that apt would also remove although the set-up did not install them, from `apt-get --simulate`. */
export function otherRemovals(simulation, ours) {
  const removed = [...simulation.matchAll(/^(?:Remv|Purg) (\S+)/gm)].map((match) => match[1].replace(/:.*/, ''));
  return [...new Set(removed)].filter((name) => !ours.includes(name));
}

export async function removeAll(root, dryRun) {
  const folders = ['node_modules', '.cache', 'dist'].filter((name) => existsSync(join(root, name)));
  const alreadyRemoved = missingNow(recorded());
  const packages = recorded().filter((name) => !alreadyRemoved.includes(name));
  console.log(`The set-up removes these folders: ${folders.map((name) => `${name}/`).join(' ') || 'none'}`);
  console.log(
    `and the ${packages.length} Debian packages it installed${packages.length > 0 ? `: ${packages.join(' ')}` : ''}`,
  );
  if (dryRun) return;
  if (packages.length > 0) await step('Debian packages', () => purge(packages));
  for (const name of folders) await step(`${name}/`, () => (rmSync(join(root, name), { recursive: true }), 'removed'));
}

async function purge(packages) {
  const command = `apt-get purge ${packages.join(' ')}`;
  if (process.getuid() !== 0) throw new Missing('Only root can remove Debian packages.', `sudo ${command}`);
  const { output: simulation } = await apt('purge', '--simulate', ...packages);
  const others = otherRemovals(simulation, packages);
  if (others.length > 0)
    throw new Missing(`Other packages now depend on them (${others.join(' ')}), so none was removed.`, command);
  const { code, output } = await apt('purge', '-y', '-q', ...packages);
  if (code !== 0) throw new Missing(`The packages were not removed: apt-get reported ${errorIn(output)}.`, command);
  rmSync(dirname(RECORD), { recursive: true });
  return `${packages.length} removed`;
}
