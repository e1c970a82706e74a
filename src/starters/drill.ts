import { drillKinds, faults } from '../domain/plan/request';
import type { DrillResult } from '../domain/plan/result';
import { drillId } from '../contract/ids';
import { follow } from './follow';
import { inputFrom as fields, start } from './start';
import type { Command } from './verb';

export const drill: Command = {
  name: 'drill',
  summary: 'Rehearse a transfer: checks, the plan, there and back, or a real fault where the site allows one.',
  usage: `SITE [--kind ${drillKinds.join('|')}] [--fault ${faults.join('|')}] [--to REGION] [--stay 30s] [--stay-away]`,
  options: {
    kind: { type: 'string' },
    fault: { type: 'string' },
    to: { type: 'string' },
    stay: { type: 'string' },
    'stay-away': { type: 'boolean' },
  },
  run: async (given, reach) => {
    const { site } = given;
    const { kind, fault, to, stay } = {
      kind: given.text('kind'),
      fault: given.text('fault'),
      to: given.text('to'),
      stay: given.text('stay'),
    };
    const input = { site, ...fields({ kind, fault, to, stay, comeHome: given.flag('stay-away') ? false : undefined }) };
    const handle = await start(await reach(), {
      type: 'drill',
      workflowId: drillId(site),
      input,
      summary: `drill of ${site}: ${kind ?? 'checks'}`,
    });
    const result = await follow<DrillResult>(handle, `npx handover status ${site}`);
    if (!result) return 0;
    for (const check of result.checks) console.log(`${check.ok ? 'ok  ' : 'ILL '} ${check.name}: ${check.because}`);
    for (const call of result.plan?.stages.flat() ?? [])
      console.log(`would: ${call.title}${call.pivot ? '   <- point of no return' : ''}`);
    console.log(`${result.aim.met ? 'The aim was met' : 'The aim was not met'}: ${result.aim.because}`);
    return result.aim.met ? 0 : 1;
  },
};
