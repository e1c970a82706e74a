/** What a server is told by its option files and its command line when it starts; only options that are asked for leave the host. */
import { quoted } from '../../host/shell';

/**
 * Shell that prints `option --NAME=VALUE` for read_only, event_scheduler and skip_slave_start, last counts. The server's own command line names its option
 * files. Ends with 61 where `pidFile` leads to no process and with 62 where its files can't be read.
 */
export const startOptions = (
  pidFile: string,
): string => `pid=$(cat ${quoted(pidFile)}) && [ -r "/proc/$pid/cmdline" ] || { echo 'its process could not be found by ${pidFile.replaceAll("'", '')}' >&2; exit 61; }
line() { tr '\\0' '\\n' <"/proc/$pid/cmdline"; }
files=$(line | grep -E '^--(no-defaults$|defaults-(file|extra-file|group-suffix)=)') || true
IFS='
'
set -f
found=$(my_print_defaults $files --mariadbd) || { echo 'my_print_defaults could not read its option files' >&2; exit 62; }
{ printf '%s\\n' "$found"; line; } | grep -iE '^--(skip-|disable-|enable-|loose-)*(read.only|event.scheduler|(slave|replica).start)(=|$)' | sed 's/^/option /'
unset IFS`;

/** The options in the output of `startOptions`. */
export const optionsIn = (stdout: string): string[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('option '))
    .map((line) => line.slice('option '.length));

/** The last of the options of that name; undefined when none is set. `--skip-read-only` and `--read-only=0` are off. */
export function isOn(options: readonly string[], name: RegExp): boolean | undefined {
  let on: boolean | undefined;
  for (const option of options) {
    const [, key = '', value = '1'] = /^--([^=]+)(?:=(.*))?$/.exec(option) ?? [];
    const plain = key
      .toLowerCase()
      .replaceAll('-', '_')
      .replace(/^loose_/, '');
    const isOff = /^(0|off|false)$/i.test(value);
    if (name.test(plain.replace(/^enable_/, ''))) on = !isOff;
    else if (name.test(plain.replace(/^(skip|disable)_/, ''))) on = isOff;
  }
  return on;
}
