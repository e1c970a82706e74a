import { isIPv6 } from 'node:net';
import { z } from 'zod';
import type { FailureKind } from '../../../domain/failure';
import { command, path } from '../../../fields/fields';
import { asClause } from '../../../domain/sentence';
import { PortError } from '../../../ports/errors';
import type { CommandResult, Host, Settings } from '../../../ports/ports';
import { complete, linesOf, render, settingsOf } from './environment';
import { defineSettings } from '../kind';
import { codes, countLocks, put, remove, replace, show } from './scripts';

export interface PhpFpmOptions {
  /** Name of the region, for the sentences. */
  region: string;
  host: Host;
  /** Whether the shop's settings name the table that it uses. */
  hasTable: boolean;
  /** Paths on the host and commands run there, as in the site's `settings`. */
  file: string;
  test: string;
  reload: string;
  gate: string;
  schedulerPaused: string;
  /** The file of the plugin's locks, one an order in flight. */
  inFlight?: string;
  proxy: string;
  proxyTest: string;
  proxyReload: string;
  /** Limit of one script on the host, 10 s by default. */
  timeoutMs?: number;
}

const kinds: Readonly<Record<number, FailureKind>> = {
  [codes.absent]: 'absent',
  [codes.incomplete]: 'garbage',
  [codes.busy]: 'unavailable',
};

const wordsFor: Readonly<Record<number, string>> = {
  [codes.incomplete]: "it does not hold each of the shop's settings once",
  [codes.broken]: 'the test found the new configuration broken, and the old one is still in force',
  [codes.notReloaded]: 'the new configuration is written and sound, but the reload failed',
};

/** Settings as `env[NAME] = "value"` lines of a php-fpm include, and the switches beside it. */
export function phpFpm(options: PhpFpmOptions): Settings {
  const run = (what: string, script: string, stdin?: string) => runOn(options, what, script, stdin);
  const act = async (what: string, script: string, stdin?: string) => {
    await demand(options, what, script, stdin);
  };
  const read = async (file: string) => {
    const { code, stdout } = await run(`read ${file}`, show(file));
    return code === codes.absent ? undefined : stdout;
  };
  const { file, hasTable, gate, schedulerPaused, proxy } = options;
  return {
    read: async () => {
      const text = await read(file);
      if (text !== undefined) return settingsOf(text, file, hasTable);
      throw new PortError('absent', `${options.region}'s host has no ${file}.`);
    },
    apply: async (next) => {
      const [shape, { test, reload }] = [{ render: render(hasTable), expect: complete(hasTable) }, options];
      const script = replace({ file, ...shape, test, reload });
      const before = await demand(options, `change ${file}`, script, linesOf(next, hasTable));
      return settingsOf(before.stdout, file, hasTable);
    },
    gate: (because) => act('shut the gate', put(gate), oneLine(because)),
    ungate: () => act('open the gate', remove(gate)),
    gated: () => read(gate),
    inFlight: () => ordersInFlight(options),
    pauseScheduler: () => act('pause the scheduler', put(schedulerPaused)),
    resumeScheduler: () => act('resume the scheduler', remove(schedulerPaused)),
    schedulerPaused: async () => (await read(schedulerPaused)) !== undefined,
    proxyTo: async (address) => {
      const [test, reload] = [options.proxyTest, options.proxyReload];
      const script = replace({ file: proxy, render: 'cat', expect: 'true', test, reload });
      await act(`change ${proxy}`, script, proxyLine(address));
    },
    proxiedTo: async () => proxiedTo((await read(proxy)) ?? '', proxy),
  };
}

async function runOn(options: PhpFpmOptions, what: string, script: string, stdin?: string): Promise<CommandResult> {
  const { host, region, timeoutMs = 10_000 } = options;
  const result = await host.run(script, { timeoutMs, ...(stdin !== undefined && { stdin }) });
  if (result.code === 0 || result.code === codes.absent) return result;
  const said = [wordsFor[result.code], result.stderr.trim()].filter(Boolean).join(': ');
  const because = `${region}'s host could not ${what}: ${said === '' ? `exit code ${result.code}` : asClause(said)}.`;
  throw new PortError(kinds[result.code] ?? 'refused', because);
}

async function ordersInFlight(options: PhpFpmOptions): Promise<number | undefined> {
  const { region, inFlight } = options;
  if (inFlight === undefined) return undefined;
  const { code, stdout } = await runOn(options, 'count the orders in flight', countLocks(inFlight));
  if (code !== codes.absent) return Number(stdout.trim());
  throw new PortError(
    'absent',
    `${region}'s host has no ${inFlight}, so its orders in flight are not counted: create it as docs/woocommerce.md says, or correct regions.${region}.settings.inFlight.`,
  );
}

async function demand(options: PhpFpmOptions, what: string, script: string, stdin?: string): Promise<CommandResult> {
  const result = await runOn(options, what, script, stdin);
  if (result.code === 0) return result;
  throw new PortError('absent', `${options.region}'s host was to ${what}, but ${asClause(result.stderr)}.`);
}

/** A reason is shown on one line; control characters have no place in it. */
const oneLine = (because: string): string =>
  because
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 500);

const upstream = /^set \$upstream_region "https:\/\/([^"]+)";$/;

function proxyLine(address: string | undefined): string {
  if (address === undefined) return '';
  if (!isIPv6(address) && !/^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,252}[a-zA-Z0-9])?$/.test(address)) {
    throw new PortError(
      'refused',
      `${JSON.stringify(address)} is not an address for the proxy; it must be like 203.0.113.10.`,
    );
  }
  return `set $upstream_region "https://${isIPv6(address) ? `[${address}]` : address}";\n`;
}

function proxiedTo(text: string, file: string): string | undefined {
  if (text.trim() === '') return undefined;
  const address = upstream.exec(text.trim())?.[1];
  if (address === undefined)
    throw new PortError('garbage', `${file} contains more than the one line that handover writes.`);
  return address.replace(/^\[|\]$/g, '');
}

export const phpFpmSettings = defineSettings({
  title: 'php-fpm',
  options: z.strictObject({
    kind: z.literal('php-fpm'),
    file: path('/etc/php-fpm.d/handover.conf'),
    test: command('php-fpm8.2 -t'),
    reload: command('kill -USR2 $(cat /run/php-fpm.pid)'),
    gate: path('/run/shop/gate'),
    schedulerPaused: path('/run/shop/scheduler-paused'),
    inFlight: path('/run/handover/in-flight').exactOptional(),
    proxy: path('/etc/nginx/proxy.conf'),
    proxyTest: command('nginx -t -q'),
    proxyReload: command('kill -HUP $(cat /run/nginx.pid)'),
  }),
  connect: (options, { region, host, hasTable }) =>
    Promise.resolve({ ...phpFpm({ ...options, region, host, hasTable }), close: () => undefined }),
});
