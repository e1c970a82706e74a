import type { RecordSet } from '../../ports/ports';
import { done, underWay, unknown } from '../step/finding';
import { defineStep } from '../step/step';
import { checkedAnswers } from '../step/dns-answers';

type Proof = { name: string; type: RecordSet['type']; to: string[] };

/** What customers are told. Some resolvers keep an answer longer than they may, so one that lags is named, and stops nothing. */
export const proveDns = defineStep({
  name: 'prove-dns',
  title: (p: Proof) => `See that resolvers lead ${p.name} (${p.type}) to ${p.to.join(', ')}`,
  patience: { attemptMs: 30_000, attempts: 3, everyMs: 2_000 },
  async check({ name, type, to }, ports) {
    const answers = await checkedAnswers(ports.dns.resolved, { name, type, values: to }, 1);
    const silent = answers.find(({ values, wanted }) => values === undefined || wanted === undefined);
    if (silent) return unknown(silent.because);
    const stale = answers.find(({ values = [], wanted = [] }) => values.join() !== wanted.join());
    if (stale) return underWay(`${stale.server} still leads to ${(stale.values ?? []).join(', ') || 'nothing'}.`);
    return done(`${answers.map(({ server }) => server).join(', ')} lead to ${to.join(', ')}.`);
  },
  act: () => Promise.resolve(),
});
