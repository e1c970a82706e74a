import type { Client } from '@temporalio/client';
import { drillKinds, faults } from '../domain/plan/request';
import type { DrillResult } from '../domain/plan/result';
import { drillId } from '../contract/ids';
import type { Command } from './command';
import type { Outcome } from './exit-codes';
import { follow, partsOfDrill } from './follow';
import { Refusal } from './refusal';
import { busyRun } from './runs';
import { definedFields, refuseInvalid, start } from './start';

export const drill: Command = {
  name: 'drill',
  summary: 'Rehearse a transfer; without options it only checks that one would work.',
  options: {
    kind: {
      type: 'string',
      value: drillKinds.join('|'),
      description:
        'checks: change nothing; plan: show the steps; compare: every table of the standby with the primary; switchover: move and come back; outage: inject a fault (default checks)',
    },
    fault: {
      type: 'string',
      value: faults.join('|'),
      description: `fault of an outage drill: ${faults.join(', ')} (default isolate)`,
    },
    to: { type: 'string', value: 'REGION', description: 'region to move to (default: the other one)' },
    stay: {
      type: 'string',
      value: '30s',
      description: 'how long the shop stays there before it comes back (default 5s)',
    },
    'stay-away': { type: 'boolean', description: 'do not come back at the end' },
  },
  run: async (given, connect) => {
    const { site } = given;
    const [kind, fault, to, stay] = ['kind', 'fault', 'to', 'stay'].map(given.text);
    const comeHome = given.flag('stay-away') ? false : undefined;
    const input = { site, ...definedFields({ kind, fault, to, stay, comeHome }) };
    refuseInvalid('drill', input);
    const connection = await connect();
    await besideOthers(connection.client, site, kind);
    const parts = partsOfDrill(connection.client, site);
    const handle = await start(() => Promise.resolve(connection), {
      type: 'drill',
      workflowId: drillId(site),
      input,
      summary: `drill of ${site}: ${kind ?? 'checks'}`,
    });
    const result = await follow<DrillResult>(handle, site, parts);
    return result ? printResult(result) : 'done';
  },
};

/** A drill that moves the shop can't run beside a transfer or a rejoin; one that only looks says that it sees the site in the middle of it. */
export async function besideOthers(client: Client, site: string, kind: string | undefined): Promise<void> {
  const busy = await busyRun(client, site);
  if (busy === undefined) return;
  const see = `See: npx handover status ${site}`;
  if (kind === 'switchover' || kind === 'outage')
    throw new Refusal(`${busy} is running, so a drill can't move the shop now. ${see}`);
  console.log(`${busy} is running, so this drill sees the site in the middle of it. ${see}`);
}

function printResult({ checks, plan, aim }: DrillResult): Outcome {
  for (const { ok, advisory, name, because } of checks)
    console.log(`${ok ? 'ok  ' : advisory ? 'warn' : 'FAIL'} ${name}: ${because}`);
  for (const call of plan?.stages.flat() ?? [])
    console.log(`planned: ${call.title}${call.pivot ? '   <- point of no return' : ''}`);
  console.log(`${aim.met ? 'The aim was met' : 'The aim was not met'}: ${aim.because}`);
  return aim.met ? 'done' : 'unfinished';
}
