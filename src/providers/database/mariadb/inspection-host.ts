/** What only the host of a MariaDB tells: how the server starts, and its room. One command; only the options that are asked for leave the host. */
import { dirname } from 'node:path';
import type { HostFacts } from '../../../domain/preflight/facts';
import { PortError } from '../../../ports/errors';
import type { Host } from '../../../ports/ports';
import type { Services } from '../services';
import { quoted } from '../../host/shell';
import { isOn, optionsIn, startOptions } from './start-options';

const limitMs = 15_000;

/** How the site manages the server, and the fence file if it names one. */
export type Managed = Services & { fenceFile?: string | undefined };

const script = ({ fenceFile, ...services }: Managed, pidFile: string) => `set -u
${startOptions(pidFile)}
room() { d=$2; while [ ! -e "$d" ] && [ "$d" != / ]; do d=$(dirname "$d"); done; echo "free $1 $(df -Pk "$d" | tail -n 1 | awk '{print $4}')"; }
room data ${quoted(services.dataDirectory)}
room binlog ${quoted(services.binlogDirectory)}
room work ${quoted(services.workDirectory)}
${fenceFile === undefined ? '' : `[ -w ${quoted(dirname(fenceFile))} ] && echo 'fence file'`}
echo "size data $(du -sk ${quoted(services.dataDirectory)} | cut -f1)"
echo "size binlog $(find ${quoted(services.binlogDirectory)} -maxdepth 1 -type f -name '*.[0-9]*' -exec du -k {} + | awk '{ k += $1 } END { print k + 0 }')"
( ${services.database} status ) </dev/null >/dev/null 2>&1
echo "status code $?"`;

/** @throws PortError unavailable with what the host said */
export async function hostFacts(region: string, host: Host, services: Managed, pidFile: string): Promise<HostFacts> {
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
  const options = optionsIn(stdout);
  const room = (name: string, path: string) => ({ path, bytes: number(`free ${name}`) * 1024 });
  return {
    startsReadOnly: isOn(options, /^read_only$/) ?? false,
    startsReplication: !(isOn(options, /^skip_(slave|replica)_start$/) ?? false),
    free: {
      data: room('data', services.dataDirectory),
      binlog: room('binlog', services.binlogDirectory),
      work: room('work', services.workDirectory),
    },
    ...(services.fenceFile !== undefined && {
      fenceFile: { path: services.fenceFile, writable: lines.includes('fence file') },
    }),
    dataBytes: number('size data') * 1024,
    binlogBytes: number('size binlog') * 1024,
    status: { command: `${services.database} status`, code: number('status code') },
  };
}
