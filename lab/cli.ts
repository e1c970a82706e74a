import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { LabClient } from './control/client';
import { parseBody, type Path } from './control/routes';
import { showCuts, showStatus } from './control/show';
import { connectLab, startLab } from './lab';

const usage = `npm run lab -- VERB

  up [--foreground] [--temporal-port PORT] [--ui-port PORT]
  status [--json]
  cut A B [--one-way]             drop every packet between two places (A B world pay north east west)
  isolate A [--with-payments]     cut a region from everything but its payment services
  kill A mariadb                  SIGKILL one server; "start A mariadb" brings it back, "stop" ends it gracefully
  pause A                         SIGSTOP all servers of a region
  table A denied                  errors from a region's table: unavailable timeout denied expired unrecognized throttled none
  heal                            undo every cut, pause and table fault
  exec A -- CMD                   run a command in a region's host (or in world, pay, north, east, west)
  down`;

const flags = {
  foreground: { type: 'boolean' },
  'one-way': { type: 'boolean' },
  'with-payments': { type: 'boolean' },
  json: { type: 'boolean' },
  'temporal-port': { type: 'string' },
  'ui-port': { type: 'string' },
} as const;

interface Arguments {
  words: (string | undefined)[];
  values: { [F in keyof typeof flags]?: (typeof flags)[F]['type'] extends 'boolean' ? boolean : string };
  command: string[];
}

type Verb = (given: Arguments) => Promise<unknown>;

const verbs: Record<string, Verb> = {
  up,
  status: async ({ values }) => {
    const status = await (await lab()).status();
    return values.json ? JSON.stringify(status, undefined, 2) : showStatus(status);
  },
  cut: async ({ words: [from, to], values }) => {
    const { oneWay, ...ends } = checked('/cut', { from, to, oneWay: values['one-way'] ?? false });
    return `links cut: ${showCuts(await (await lab()).cut(ends.from, ends.to, { oneWay }))}`;
  },
  isolate: async ({ words: [region], values }) => {
    const body = checked('/isolate', { region, withPayments: values['with-payments'] ?? false });
    return `links cut: ${showCuts(await (await lab()).isolate(body.region, body))}`;
  },
  ...Object.fromEntries((['start', 'stop', 'restart', 'kill'] as const).map((verb) => [verb, serviceVerb(verb)])),
  pause: async ({ words: [name] }) => {
    const { region } = checked('/pause', { region: name });
    await (await lab()).pause(region);
    return `every server of ${region} is stopped until heal`;
  },
  table: async ({ words: [name, given] }) => {
    const { region, mode } = checked('/table', { region: name, mode: given });
    await (await lab()).table(region, mode);
    return `the table of ${region}: ${mode}`;
  },
  heal: async () => {
    const { cuts, resumed, tables } = await (await lab()).heal();
    return `healed links: ${showCuts(cuts)}; resumed: ${resumed.join(', ') || 'none'}; tables: ${tables.join(', ') || 'none'}`;
  },
  exec: execute,
  down: async () => {
    await (await connectLab()).down();
    return 'the lab is down';
  },
};

function serviceVerb(verb: 'start' | 'stop' | 'restart' | 'kill'): Verb {
  return async ({ words: [region, service] }) => {
    const body = checked('/service', { region, service, verb });
    const { name, state } = await (await lab()).service(body.region, body.service, verb);
    return `${name}: ${state}`;
  };
}

async function lab(): Promise<LabClient> {
  return connectLab();
}

function checked<P extends Path>(path: P, body: unknown) {
  return parseBody(path, body);
}

async function up({ values }: Arguments): Promise<string> {
  const begun = performance.now();
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2).padStart(6)} s`;
  const started = await startLab({
    attached: values.foreground ?? false,
    ...portOption('temporal-port', values['temporal-port'], 'temporalPort'),
    ...portOption('ui-port', values['ui-port'], 'uiPort'),
    onStage: ({ title, milliseconds }) => console.log(`${seconds(milliseconds)}  ${title}`),
  });
  const { temporal, ui } = started.info.ports;
  console.log(`${seconds(performance.now() - begun)}  the lab is up in ${started.dir}`);
  console.log(`Temporal 127.0.0.1:${temporal}, Temporal Web http://127.0.0.1:${ui}`);
  if (!values.foreground) return 'It goes on in the background: `npm run lab -- status`, `npm run lab -- down`.';
  console.log('Ctrl-C ends it.');
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort());
  while (started.alive && !asked.signal.aborted) await delay(300, undefined, asked).catch(() => undefined);
  if (!started.alive) throw new Error(`the lab has ended: see ${started.dir}/holder.log`);
  await started.down();
  return 'the lab is down';
}

function portOption(flag: string, text: string | undefined, name: 'temporalPort' | 'uiPort') {
  if (text === undefined) return {};
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--${flag} ${text} is no port: name a number from 0 (any free one) to 65535, such as 17233`);
  }
  return { [name]: port };
}

/** Runs a command in a place and takes over its exit code. */
async function execute({ words: [name], command }: Arguments): Promise<undefined> {
  const {
    namespace,
    args,
    command: program,
  } = checked('/spawn', {
    name: 'exec',
    namespace: name,
    command: command[0] ?? '',
    args: command.slice(1),
  });
  const wrapped = await (await connectLab()).enter(namespace, program, args);
  const child = spawn(wrapped.command, wrapped.args, { stdio: 'inherit' });
  process.exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  return undefined;
}

async function main(argv: string[]): Promise<void> {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const { positionals, values } = parseArgs({ args: own, options: flags, allowPositionals: true });
  const verb = verbs[positionals[0] ?? ''];
  if (!verb) throw new Error(usage);
  const said = await verb({ words: positionals.slice(1), values, command: end === -1 ? [] : argv.slice(end + 1) });
  if (typeof said === 'string') console.log(said);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
