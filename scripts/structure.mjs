// Holds the tree to .dependency-cruiser.cjs (layers, no circles, types included) and prints what a reader of it meets: circles, imports that
// a layer may not have, files of more than 200 lines, rooms and arrows of each folder. Ends with 1 when there is any of the first three.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const longest = 200;
const folders = ['src', 'src/activities', 'src/domain', 'src/providers', 'src/workflows', 'lab', 'bench'];

/** A room of `folder` is a file or a folder directly in it, with everything below; an arrow is one or more imports between two rooms. */
function roomsOf(modules, folder) {
  const roomOf = (path) => (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/')[0] : undefined);
  const rooms = new Set();
  const arrows = new Set();
  for (const { source, dependencies } of modules) {
    const from = roomOf(source);
    if (from === undefined) continue;
    rooms.add(from);
    for (const { resolved } of dependencies) {
      const to = roomOf(resolved);
      if (to !== undefined && to !== from) arrows.add(`${from} ${to}`);
    }
  }
  const both = [...arrows].filter((arrow) => arrows.has(arrow.split(' ').reverse().join(' ')));
  return { rooms: rooms.size, arrows: arrows.size, mutual: both.length / 2 };
}

async function main() {
  process.chdir(root);
  const { forbidden, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
  const { output } = await cruise(['src', 'lab', 'bench'], { ...options, validate: true, ruleSet: { forbidden } });
  const { violations } = output.summary;
  const own = output.modules.filter(({ source }) => /^(src|lab|bench)\//.test(source));
  const circles = violations.filter(({ type }) => type === 'cycle');
  const long = own.filter(({ source }) => readFileSync(source, 'utf8').trimEnd().split('\n').length > longest);
  for (const { rule, from, to } of violations) console.log(`${from} -> ${to}: ${rule.name}`);
  for (const { source } of long) console.log(`${source} has more than ${longest} lines`);
  console.log(`import circles ${circles.length}, imports against the layers ${violations.length - circles.length}`);
  console.log(`files over ${longest} lines ${long.length}`);
  for (const folder of folders) {
    const { rooms, arrows, mutual } = roomsOf(own, folder);
    console.log(`${folder}: ${rooms} rooms, ${arrows} arrows, ${mutual} pairs that import each other`);
  }
  process.exitCode = violations.length > 0 || long.length > 0 ? 1 : 0;
}

await main();
