// Writes dist/handover.zip, the WordPress plugin of plugin/. The same sources give the same bytes on every machine: names in order, one date, and
// members that are stored, because what zlib makes of them depends on its version.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [LOCAL, ENTRY, END] = [0x04034b50, 0x02014b50, 0x06054b50];
/** 1980-01-01, the first day that a zip knows. */
const FIRST_DAY = 0x21;
/** A regular file that everybody may read, made on Unix. */
const [MADE_ON_UNIX, MODE] = [0x0314, 0o100644 * 0x10000];

/** What belongs to the plugin: its PHP, its readme and its licence. */
const shipped = (name) => /\.php$|^LICENSE$|^readme\.txt$/.test(name);

function member(name, content) {
  const path = Buffer.from(name);
  const about = Buffer.alloc(26);
  about.writeUInt16LE(10, 0);
  about.writeUInt16LE(FIRST_DAY, 8);
  about.writeUInt32LE(crc32(content), 10);
  about.writeUInt32LE(content.length, 14);
  about.writeUInt32LE(content.length, 18);
  about.writeUInt16LE(path.length, 22);
  return { path, about, content };
}

function numbers(...fields) {
  const written = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of fields) at = written.writeUIntLE(value, at, size);
  return written;
}

/** A zip archive of `files`, pairs of a name and its content. */
export function zip(files) {
  const [bodies, entries] = [[], []];
  let offset = 0;
  for (const [name, content] of files) {
    const { path, about } = member(name, content);
    const local = Buffer.concat([numbers([4, LOCAL]), about, path, content]);
    const more = numbers([2, 0], [2, 0], [2, 0], [4, MODE], [4, offset]);
    entries.push(Buffer.concat([numbers([4, ENTRY], [2, MADE_ON_UNIX]), about, more, path]));
    bodies.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const [count, size] = [entries.length, directory.length];
  const end = numbers([4, END], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]);
  return Buffer.concat([...bodies, directory, end]);
}

/** The plugin as WordPress installs it: all its files in one folder. */
export function pluginZip(folder = join(root, 'plugin')) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && shipped(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  return zip(names.map((name) => [`handover/${name}`, readFileSync(join(folder, name))]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(root, 'dist/handover.zip');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, pluginZip());
  console.log(`${file} is written.`);
}
