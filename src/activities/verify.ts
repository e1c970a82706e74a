/** Verification from a vantage: the same probe that watches the shop, asked until it proves what the plan needs or the attempt is over. */
import { Context } from '@temporalio/activity';
import type { Facts, Json } from '../domain/plan/plan';
import type { Reading, RegionFacts } from '../domain/detection/reading';
import type { StepSuccess } from '../domain/plan/interpreter';
import { asFailure } from './step/failure';
import { NotYet } from './step/step';
import type { StepInput, VantageStep } from '../contract/steps';
import type { Prober, ProbeTarget } from '../ports/probe';

const pollEveryMs = 150;

export function verifyActivities(prober: Prober): Record<VantageStep, (input: StepInput) => Promise<StepSuccess>> {
  return {
    'verify-region': (input) =>
      probeUntil(prober, input, { signal: 'app', region: text(input.call.params.region) }, readyFor),
    'verify-shop': (input) => probeUntil(prober, input, { signal: 'edge' }, servedBy),
  };
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

type Proof = (reading: Reading, region: string, epoch: number) => { proven: boolean; because: string };

async function probeUntil(
  prober: Prober,
  input: StepInput,
  target: ProbeTarget['target'],
  proof: Proof,
): Promise<StepSuccess> {
  const context = Context.current();
  const { params, patience } = input.call;
  const deadline = performance.now() + patience.attemptMs * 0.9;
  for (;;) {
    const reading = await prober.probe({ target, ...question(params) }, '', Number(params.timeoutMs));
    const { proven, because } = proof(reading, text(params.region), input.epoch);
    context.heartbeat(because);
    if (proven) return { outcome: 'done', because, facts: {} };
    if (performance.now() > deadline || context.cancellationSignal.aborted) throw asFailure(new NotYet(because));
    await context.sleep(pollEveryMs).catch(() => undefined);
  }
}

function question(params: Facts): Omit<ProbeTarget, 'target'> {
  const nameServers = Array.isArray(params.nameServers) ? params.nameServers.map(text) : [];
  const [address, name, caPem] = [text(params.address), text(params.hostname), text(params.caPem)];
  const path = params.path === undefined ? {} : { path: text(params.path) };
  return { address, name, caPem, key: '', tableRegion: '', nameServers, ...path };
}

/** Before it is opened to customers a region cannot say `serving`; it must say that nothing else is missing. */
function readyFor(reading: Reading, region: string, epoch: number): ReturnType<Proof> {
  if (!reading.facts) return { proven: false, because: reading.because };
  const missing = missingIn(reading.facts, region, epoch);
  return missing === undefined
    ? {
        proven: true,
        because: `${region} answers at its own address, as the primary of epoch ${String(epoch)}, and accepts writes.`,
      }
    : { proven: false, because: missing };
}

function servedBy(reading: Reading, region: string, epoch: number): ReturnType<Proof> {
  if (!reading.facts) return { proven: false, because: reading.because };
  const missing =
    missingIn(reading.facts, region, epoch) ??
    (reading.facts.serving ? undefined : `${region} does not serve customers yet.`);
  return missing === undefined
    ? { proven: true, because: `The public name leads to ${region}, which serves customers in epoch ${String(epoch)}.` }
    : { proven: false, because: missing };
}

function missingIn({ role, database }: RegionFacts, region: string, epoch: number): string | undefined {
  if (!database.reachable) return `${region}'s shop cannot reach its database.`;
  if (role !== 'primary') return `${region}'s settings still say ${role}.`;
  if (database.primary !== region) return `Its database names ${database.primary} as the primary, not ${region}.`;
  if (database.epoch !== epoch) return `Its database is in epoch ${String(database.epoch)}, not ${String(epoch)}.`;
  return database.readOnly ? `${region}'s database refuses writes.` : undefined;
}
