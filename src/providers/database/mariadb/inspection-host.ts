/** What only the host of a MariaDB tells: how the server starts, and its room. One command; only the options that are asked for leave the host. */
import type { HostFacts } from '../../../domain/preflight/facts';
import { PortError } from '../../../ports/errors';
import type { Host } from '../../../ports/ports';
import type { Services } from '../services';
import { quoted } from '../../host/shell';

const limitMs = 15_000;

/** The server's own command line names its option files; MariaDB lets the last of equal options count. */
const script = ({ database, dataDirectory, binlogDirectory, workDirectory }: Services, pidFile: string) => `set -u
pid=$(cat ${quoted(pidFile)}) && [ -r "/proc/$pid/cmdline" ] || { echo 'its process could not be found by ${pidFile.replaceAll("'", '')}' >&2; exit 61; }
line() { tr '\\0' '\\n' <"/proc/$pid/cmdline"; }
files=$(line | grep -E '^--(no-defaults$|defaults-(file|extra-file|group-suffix)=)') || true
IFS='
'
set -f
found=$(my_print_defaults $files --mariadbd) || { echo 'my_print_defaults could not read its option files' >&2; exit 62; }
{ printf '%s\\n' "$found"; line; } | grep -iE '^--(skip-|disable-|enable-|loose-)*(read.only|(slave|replica).start)(=|$)' | sed 's/^/option /'
unset IFS
room() { d=$2; while [ ! -e "$d" ] && [ "$d" != / ]; do d=$(dirname "$d"); done; echo "free $1 $(df -Pk "$d" | tail -n 1 | awk '{print $4}')"; }
room data ${quoted(dataDirectory)}
room binlog ${quoted(binlogDirectory)}
room work ${quoted(workDirectory)}
echo "size data $(du -sk ${quoted(dataDirectory)} | cut -f1)"
( ${database} status ) </dev/null >/dev/null 2>&1
echo "status code $?"`;

/** @throws PortError unavailable with what the host said */
export async function hostFacts(region: string, host: Host, services: Services, pidFile: string): Promise<HostFacts> {
  const { code, stdout, stderr } = await host.run(script(services, pidFile), { timeoutMs: limitMs });
  const failed = (because: string) =>
    new PortError('unavailable', `${region}'s host was asked how its database starts, but ${because}.`);
  if (code !== 0) throw failed(stderr.trim().split('\n').slice(-2).join(' ') || `it ended with code ${code}`);
  const lines = stdout.split('\n');
  const number = (name: string) => {
    const found = lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
    if (found === undefined || !/^\d+$/.test(found)) throw failed(`it did not tell "${name}"`);
    return Number(found);
  };
  const options = lines.filter((line) => line.startsWith('option ')).map((line) => line.slice('option '.length));
  const room = (name: string, path: string) => ({ path, bytes: number(`free ${name}`) * 1024 });
  return {
    startsReadOnly: isOn(options, /^read_only$/) ?? false,
    startsReplication: !(isOn(options, /^skip_(slave|replica)_start$/) ?? false),
    free: {
      data: room('data', services.dataDirectory),
      binlog: room('binlog', services.binlogDirectory),
      work: room('work', services.workDirectory),
    },
    dataBytes: number('size data') * 1024,
    status: { command: `${services.database} status`, code: number('status code') },
  };
}

/** The last of the options of that name; undefined when none is set. `--skip-read-only` and `--read-only=0` are off. */
function isOn(options: readonly string[], name: RegExp): boolean | undefined {
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
