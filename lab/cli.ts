import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { LabClient } from './control/client';
import { parseBody, type Path } from './control/routes';
import { formatCuts, formatStatus } from './control/format-status';
import { connectLab, startLab } from './lab';
import { releasedOptions, shopOf } from './shop-options';

const usage = `npm run lab -- COMMAND

  up                              start the lab in the background
    --foreground                  stay attached; Ctrl-C stops the lab
    --shop full|plain             with a table and a Redis, or without them (default full)
    --woocommerce PATH            released WooCommerce as the shop: a zip or a folder
    --wordpress PATH              WordPress for it: a zip, a folder or a Debian package (default Debian's installed one)
    --theme PATH                  a theme for it: a zip or a folder
    --temporal-port PORT          Temporal's port on 127.0.0.1 (default 7233, 0: any free one)
    --ui-port PORT                Temporal Web's port on 127.0.0.1 (default 8233, 0: any free one)
  status [--json]                 show databases, sessions, processes and faults
  cut A B [--one-way]             drop every packet between two places (A B world pay north east west)
  isolate A [--with-payments]     cut a region off from everything except its payment services
  kill A mariadb                  SIGKILL one server of a region
  stop A mariadb                  stop one server gracefully
  start A mariadb                 start one server again
  restart A mariadb               stop and start one server
  pause A                         SIGSTOP all servers of a region
  table A denied                  make a region's table return an error: unavailable timeout denied expired unrecognized throttled none
  heal                            undo every cut, pause and table fault
  exec A -- CMD                   run a command on a region's host (or in world, pay, north, east, west)
  down                            stop the lab and remove its namespaces`;

const flags = {
  foreground: { type: 'boolean' },
  'one-way': { type: 'boolean' },
  'with-payments': { type: 'boolean' },
  json: { type: 'boolean' },
  shop: { type: 'string' },
  ...releasedOptions,
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
    return values.json ? JSON.stringify(status, undefined, 2) : formatStatus(status);
  },
  cut: async ({ words: [from, to], values }) => {
    const { oneWay, ...ends } = checked('/cut', { from, to, oneWay: values['one-way'] ?? false });
    return `links cut: ${formatCuts(await (await lab()).cut(ends.from, ends.to, { oneWay }))}`;
  },
  isolate: async ({ words: [region], values }) => {
    const body = checked('/isolate', { region, withPayments: values['with-payments'] ?? false });
    return `links cut: ${formatCuts(await (await lab()).isolate(body.region, body))}`;
  },
  ...Object.fromEntries((['start', 'stop', 'restart', 'kill'] as const).map((verb) => [verb, serviceVerb(verb)])),
  pause: async ({ words: [name] }) => {
    const { region } = checked('/pause', { region: name });
    await (await lab()).pause(region);
    return `every server of ${region} is paused; resume them with: npm run lab -- heal`;
  },
  table: async ({ words: [name, given] }) => {
    const { region, mode } = checked('/table', { region: name, mode: given });
    await (await lab()).table(region, mode);
    return mode === 'none' ? `the table of ${region} answers normally` : `the table of ${region} returns ${mode}`;
  },
  heal: async () => {
    const { cuts, resumed, tables } = await (await lab()).heal();
    return `healed links: ${formatCuts(cuts)}; resumed: ${resumed.join(', ') || 'none'}; tables: ${tables.join(', ') || 'none'}`;
  },
  exec: execute,
  down: async () => {
    await (await connectLab()).down();
    return 'the lab has stopped';
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
  const startedAt = performance.now();
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2).padStart(6)} s`;
  const started = await startLab({
    attached: values.foreground ?? false,
    ...shopOf({ ...values, shop: values.shop ?? 'full' }),
    ...portOption('temporal-port', values['temporal-port'], 'temporalPort'),
    ...portOption('ui-port', values['ui-port'], 'uiPort'),
    onStage: ({ title, milliseconds }) => console.log(`${seconds(milliseconds)}  ${title}`),
  });
  const { temporal, ui } = started.info.ports;
  console.log(`${seconds(performance.now() - startedAt)}  the lab is ready in ${started.dir}`);
  console.log(`Temporal 127.0.0.1:${temporal}, Temporal Web http://127.0.0.1:${ui}`);
  if (!values.foreground)
    return 'The lab runs in the background. Check it with: npm run lab -- status. Stop it with: npm run lab -- down';
  console.log('Ctrl-C stops the lab.');
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  while (started.alive && !interrupted.signal.aborted) await delay(300, undefined, interrupted).catch(() => undefined);
  if (!started.alive) throw new Error(`the lab has stopped: see ${started.dir}/daemon.log`);
  await started.down();
  return 'the lab has stopped';
}

function portOption(flag: string, text: string | undefined, name: 'temporalPort' | 'uiPort') {
  if (text === undefined) return {};
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--${flag} ${text} is not a port: use a number from 0 (any free one) to 65535, such as 17233`);
  }
  return { [name]: port };
}

/** Runs a command in a place and exits with its exit code. */
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
  const text = await verb({ words: positionals.slice(1), values, command: end === -1 ? [] : argv.slice(end + 1) });
  if (typeof text === 'string') console.log(text);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
