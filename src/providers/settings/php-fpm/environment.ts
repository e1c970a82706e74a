/** The shop's settings as `env[NAME] = "value"` lines of a php-fpm include. */
import { PortError } from '../../../ports/errors';
import type { ShopSettings } from '../../../domain/shop-settings';

const names = {
  role: 'HANDOVER_ROLE',
  epoch: 'HANDOVER_EPOCH',
  tableRegion: 'AWS_DYNAMODB_REGION',
  scheduler: 'HANDOVER_SCHEDULER',
} as const;

type Field = keyof typeof names;

/** Without a table, a line for one is somebody else's. */
const fieldsOf = (hasTable: boolean): Field[] =>
  (Object.keys(names) as Field[]).filter((field) => hasTable || field !== 'tableRegion');

/** A basic regular expression for grep: the lines that are ours to write. */
function ours(hasTable: boolean): string {
  const written = fieldsOf(hasTable).map((field) => names[field]);
  return `^[[:space:]]*env\\[\\(${written.join('\\|')}\\)\\]`;
}

/** Shell for `replace`: everybody else's lines as they are, then ours from standard input. */
export const render = (hasTable: boolean): string => `grep -v '${ours(hasTable)}' "$file"; cat`;

/** Shell for `replace`: each of our lines is there, once. */
export const complete = (hasTable: boolean): string =>
  `[ "$(grep -c '${ours(hasTable)}' "$file")" = ${fieldsOf(hasTable).length} ]`;

/** Where a value stands, in front of whoever reads the message; also the only characters that ever reach the file. */
function checked(field: Field, value: string, shape: RegExp, example: string): string {
  if (shape.test(value)) return value;
  throw new PortError('refused', `The setting ${field} is ${JSON.stringify(value)}; it must be like ${example}.`);
}

/** Our lines for `settings`. @throws PortError refused that names the field which could not stand in the file. */
export function linesOf({ role, epoch, tableRegion = '', scheduler }: ShopSettings, hasTable: boolean): string {
  const values: Record<Field, () => string> = {
    role: () => checked('role', role, /^(primary|standby)$/, 'primary or standby'),
    epoch: () => checked('epoch', String(epoch), /^(0|[1-9]\d{0,14})$/, '3'),
    tableRegion: () => checked('tableRegion', tableRegion, /^[a-z0-9][a-z0-9-]{0,62}$/, 'eu-west-1'),
    scheduler: () => checked('scheduler', scheduler, /^(on|off)$/, 'on or off'),
  };
  return fieldsOf(hasTable)
    .map((field) => `env[${names[field]}] = "${values[field]()}"\n`)
    .join('');
}

/** Reads our lines; `file` is for the sentence. @throws PortError garbage that names what is missing or strange. */
export function settingsOf(text: string, file: string, hasTable: boolean): ShopSettings {
  const found = new Map(
    [...text.matchAll(/^[ \t]*env\[(\w+)\][ \t]*=[ \t]*"?([^"\r\n]*?)"?[ \t]*$/gm)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
  const value = (field: Field, shape: RegExp): string => {
    const read = found.get(names[field]) ?? '';
    if (shape.test(read)) return read;
    throw new PortError(
      'garbage',
      `${file} says env[${names[field]}] = ${JSON.stringify(read)}, which is not a valid value.`,
    );
  };
  return {
    role: value('role', /^(primary|standby)$/) as ShopSettings['role'],
    epoch: Number(value('epoch', /^\d{1,15}$/)),
    ...(hasTable && { tableRegion: value('tableRegion', /./) }),
    scheduler: value('scheduler', /^(on|off)$/) as ShopSettings['scheduler'],
  };
}
