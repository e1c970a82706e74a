/** Whether a host has room for the logs that it is about to copy: a full disk would stop the primary that runs there. */
import { PortError } from '../../../../ports/errors';
import type { BinlogOptions } from './remote';

/** How a script ended for lack of room; apart from the codes of the tools in it. It writes the MB needed and free. */
export const noRoom = 56;

/** Kept free beside the copy, for the database on the same disk. */
const reserveMb = 1_024;

/** Exits unless the present folder has room for what `size`, a command that ends like `du -c`, finds; what lies there already is taken off. */
export const roomFor = (size: string): string => `whole=$(${size} | tail -n 1 | cut -f1)
free=$(df -m --output=avail . | tail -n 1 | tr -d ' ')
[ -n "$whole" ] && [ -n "$free" ] || { echo 'the room for the copy is unknown' >&2; exit 1; }
needed=$((whole - $(du -sm . | cut -f1) + ${reserveMb}))
[ "$free" -gt "$needed" ] || { echo "$needed $free" >&2; exit ${noRoom}; }`;

export function withoutRoom({ region, workDirectory }: BinlogOptions, said: string, what: string): PortError {
  const [needed = '', free = ''] = said.split(' ');
  return new PortError(
    'refused',
    `The copy of ${what} needs ${needed} MB in ${workDirectory} on ${region}'s host, with ${reserveMb} MB to spare, and ${free} MB are free, so nothing was copied. Free the difference, or enlarge the disk.`,
  );
}
