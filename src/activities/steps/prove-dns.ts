import { canonicalValue } from '../../providers/dns/provider';
import type { RecordSet } from '../../providers/ports';
import { done, underWay, unknown } from '../finding';
import { defineStep } from '../step';

type Proof = { name: string; type: RecordSet['type']; to: string[] };

/** What customers are told. Some resolvers keep an answer longer than they may, so one that lags is named, and stops nothing. */
export const proveDns = defineStep({
  name: 'prove-dns',
  title: (p: Proof) => `See that resolvers lead ${p.name} (${p.type}) to ${p.to.join(', ')}`,
  patience: { attemptMs: 30_000, attempts: 3, everyMs: 2_000 },
  async check({ name, type, to }, ports) {
    const wanted = to.map((value) => canonicalValue(type, value)).sort();
    const answers = await ports.dns.resolved(name, type, 1);
    const silent = answers.find(({ values }) => values === undefined);
    if (silent) return unknown(silent.because);
    const stale = answers.find(({ values = [] }) => values.join() !== wanted.join());
    if (stale) return underWay(`${stale.server} still leads to ${(stale.values ?? []).join(', ')}.`);
    return done(`${answers.map(({ server }) => server).join(', ')} lead to ${wanted.join(', ')}.`);
  },
  act: () => Promise.resolve(),
});
