/** Transfers, checks and failures of one DNS provider, with all their outputs. */
import { dnsReadiness } from '../../src/activities/readiness/dns';
import { asFailure } from '../../src/activities/step/failure';
import type { Step } from '../../src/activities/step/step';
import { lowerDnsTtl } from '../../src/activities/steps/lower-dns-ttl';
import { switchDns } from '../../src/activities/steps/switch-dns';
import type { Facts, Plan, StepCall } from '../../src/domain/plan/plan';
import { resultOf } from '../../src/domain/plan/result';
import { runPlan, type Run } from '../../src/domain/plan/interpreter';
import type { Survey } from '../../src/domain/plan/survey';
import { sentenceOf } from '../../src/domain/sentence';
import type { Site } from '../../src/config/load';
import { recordingCalls, type Call } from '../../src/providers/http/call-log';
import type { Alert } from '../../src/domain/alert';
import type { Ports, RecordSet } from '../../src/ports/ports';
import { attempt } from '../loopback/dns-moves';
import type { Outputs } from './outputs';

const steps: readonly Step[] = [lowerDnsTtl, switchDns];
/** Enough for servers on the loopback, and short for intended failures. */
const patience = { attemptMs: 600, attempts: 1, everyMs: 1 };
const unseen: Survey = { at: 0, regions: {}, settings: {}, shops: {}, dns: {} };

function callOf(step: Step, params: Facts): StepCall {
  const { name } = step;
  return { id: name, step: name, title: step.title(params), phase: 'traffic', params, patience, onFailure: 'stop' };
}

/** The part of a planned transfer that moves the shop's name from A to B. */
function planOf({ site, dns }: Site): Plan {
  const [record] = dns.records;
  if (record === undefined) throw new Error(`${site} has no record to move`);
  const { name, type, values } = record;
  const { ttlSeconds } = dns;
  const to: Facts = { name, type, from: [...(values.A ?? [])], to: [...(values.B ?? [])], ttlSeconds };
  const heading = { site, kind: 'planned', cause: 'switchover', from: 'A', to: 'B', epoch: 2 } as const;
  const stages = [[callOf(lowerDnsTtl, { name, type, ttlSeconds })], [callOf(switchDns, to)]];
  return { ...heading, because: 'searched for credentials', stages };
}

/** The record set of region A, with the TTL of a shop that is not about to move. */
export function setInA({ dns }: Site): RecordSet {
  const [{ name, type, values } = { name: '', type: 'A' as const, values: {} }] = dns.records;
  return { name, type, ttlSeconds: 300, values: [...(values.A ?? [])] };
}

/** Runs the plan with the steps as a worker does, writes its report, and sends its alert. */
export async function transferInto(outputs: Outputs, from: string, site: Site, ports: Ports): Promise<Run> {
  const plan = planOf(site);
  const startedAt = Date.now();
  const run = await runPlan(plan, {
    run: ({ step, params }) => attemptInto(outputs, `${from}, ${step}`, step, params, site, ports),
    undo: () => Promise.resolve(''),
    ask: () => Promise.resolve({ answer: 'stop', because: 'No person answers.' }),
    cancelled: () => undefined,
    now: Date.now,
    noted: () => undefined,
    sentence: sentenceOf,
  });
  const times = { onsetAt: 0, decidedAt: startedAt, startedAt, endedAt: Date.now() };
  outputs.transfer(from, resultOf(plan, unseen, run, { asked: 'requested by the bench', ...times }));
  await alertInto(outputs, from, ports, `${site.site} ended ${run.ending}. ${run.because} ${run.followUps.join(' ')}`);
  return run;
}

async function attemptInto(outputs: Outputs, from: string, name: string, params: Facts, site: Site, ports: Ports) {
  const step = steps.find((each) => each.name === name);
  if (step === undefined) throw new Error(`the bench has no step ${name}`);
  const calls: Call[] = [];
  try {
    const { outcome, because, facts } = await recordingCalls(
      (call) => calls.push(call),
      () => attempt({ ...step, patience }, params, site, ports, calls),
    );
    outputs.result(from, { outcome, because, facts });
    return { outcome, because, facts };
  } catch (error) {
    outputs.error(from, error);
    throw asFailure(error);
  } finally {
    outputs.result(`${from}, its calls`, calls);
  }
}

async function alertInto(outputs: Outputs, from: string, ports: Ports, summary: string): Promise<void> {
  const alert: Alert = { severity: 'critical', key: 'handover/lab/2', summary, command: 'npx handover report lab' };
  outputs.result(`${from}, its alert`, alert);
  for (const channel of ports.alertChannels)
    await ports.alerts
      .send(alert, channel)
      .catch((error: unknown) => outputs.error(`${from}, its alert to ${channel}`, error));
}

/** The DNS checks of a drill of kind `checks`. */
export async function checksInto(outputs: Outputs, from: string, site: Site, ports: Ports): Promise<void> {
  outputs.result(`${from}, checks`, await dnsReadiness(site, { ...unseen, at: Date.now() }, ports));
}
