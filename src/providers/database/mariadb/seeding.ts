import { meaningOfStatus, notRunning, serviceCommandFor } from '../../../domain/service-command';
import { PortError } from '../../../ports/errors';
import { peerOf } from '../../host/peer';
import type { BegunReseed, SeedJob, Seeding, SeedState } from '../../../ports/rejoin';
import * as scripts from './seeding-scripts';
import type { SeedingOptions } from './options';

const answerMs = 15_000;
/** A graceful stop writes what is in memory to disk. */
const serviceMs = 90_000;

const phases: readonly SeedState['phase'][] = ['none', 'copying', 'failed', 'prepared', 'swapping', 'seeded'];

type Failure = (options: SeedingOptions, said: string) => [kind: 'refused' | 'unavailable', but: string];

/** What a script that ended with one of its own codes means. A service that only needs longer to stop is worth another attempt. */
const failures: Readonly<Record<number, Failure>> = {
  [scripts.codes.notStopped]: ({ region, service }, said) => {
    const [, code = '', rest = ''] = /^(\d+) ?(.*)$/s.exec(said) ?? [];
    const status = serviceCommandFor(service, 'status');
    const told = rest === '' ? '' : ` (${rest})`;
    return [
      Number(code) === 0 ? 'unavailable' : 'refused',
      `"${status}" exits ${code} after the stop${told}: ${meaningOfStatus(Number(code))}. Only ${notRunning} means stopped, so nothing was moved; make regions.${region}.services.database a command that stops the database`,
    ];
  },
  [scripts.codes.mounted]: ({ region, dataDirectory }) => [
    'refused',
    `${dataDirectory} is a mount point, which can't be renamed. Move the data to a directory below it, such as ${dataDirectory}/data, and change datadir and regions.${region}.services.dataDirectory`,
  ],
  [scripts.codes.noRoom]: ({ dataDirectory }, said) => {
    const [needed = '', free = ''] = said.split(' ');
    return [
      'refused',
      `the copy needs ${needed} MB and ${free} MB are free beside ${dataDirectory}. Free the difference, for example from older ${dataDirectory}.*-old`,
    ];
  },
  [scripts.codes.elsewhere]: ({ dataDirectory }, said) => [
    'refused',
    `${said}, and a copy replaces ${dataDirectory} only, so nothing was moved. Stop the server, move those files into ${dataDirectory}, remove the setting from its option file and start it; then rejoin again`,
  ],
  [scripts.codes.nothingPrepared]: () => ['unavailable', 'no prepared copy lies beside its data'],
  [scripts.codes.busy]: () => ['unavailable', 'another copy is under way'],
  [scripts.codes.inUse]: ({ region }, said) => [
    'unavailable',
    `its service says stopped and ${said}, so nothing was moved. Stop that server, and check that regions.${region}.services.database names its service`,
  ],
};

/** `mariabackup` streamed over ssh from host to host; the runbook's worker only looks on. */
export function mariabackup(options: SeedingOptions): Seeding {
  const { region, host } = options;
  const run = async (what: string, script: string, timeoutMs: number) => {
    const { code, stdout, stderr } = await host.run(script, { timeoutMs });
    if (code === 0) return stdout;
    const said = stderr.trim().split('\n').slice(-3).join(' ');
    const [kind, but] = failures[code]?.(options, said) ?? ['unavailable' as const, `code ${code}: ${said}`];
    throw new PortError(kind, `${region}'s host was to ${what}, but ${but}.`);
  };
  return {
    state: async (job) =>
      stateIn(region, await run('tell how far its copy is', scripts.state(options, plain(job)), answerMs)),
    begun: async (copy) => {
      const script = scripts.begun(options, plain({ copy, aside: copy }).copy);
      return begunIn(region, await run('tell which copy its data are', script, answerMs));
    },
    begin: async (job, from) => {
      const script = scripts.begin(options, plain(job), peerOf(options.peers, region, from));
      await run(`copy ${from}'s database`, script, answerMs);
    },
    swap: async (job) => {
      await run('put the copy in the place of its data', scripts.swap(options, plain(job)), serviceMs);
    },
    startService: async () => {
      await run('start its database', scripts.startService(options), serviceMs);
    },
  };
}

/** Names become parts of paths. */
function plain({ copy, aside }: SeedJob): SeedJob {
  const wrong = [copy, aside].find((name) => !/^[A-Za-z0-9][A-Za-z0-9-]{0,100}$/.test(name));
  if (wrong === undefined) return { copy, aside };
  throw new PortError('refused', `${JSON.stringify(wrong)} is not a job name; it must be like rejoin-A-3-1795000000.`);
}

function stateIn(region: string, answer: string): SeedState {
  const [phase = '', position = '', said = ''] = answer.trim().split('\t');
  const known = phases.find((each) => each === phase);
  if (!known)
    throw new PortError('garbage', `${region}'s host reported an unknown phase of its copy: ${JSON.stringify(phase)}.`);
  return { phase: known, position: position.trim(), because: `${region}: ${known}, ${said}.` };
}

function begunIn(region: string, answer: string): BegunReseed | undefined {
  const [phase, position = '', aside = '', old = ''] = answer.replace(/\n$/, '').split('\t');
  if (phase === '') return undefined;
  if ((phase !== 'swapping' && phase !== 'seeded') || position === '' || aside === '')
    throw new PortError('garbage', `${region}'s host did not tell which copy its data are: ${JSON.stringify(answer)}.`);
  return { phase, position: position.trim(), aside, isOld: old !== '' };
}
