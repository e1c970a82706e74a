import type { RecordSet } from '../../ports/ports';
import { done, underWay, unknown } from '../step/finding';
import { defineStep } from '../step/step';
import { checkedAnswers } from '../step/dns-answers';

type Proof = { name: string; type: RecordSet['type']; to: string[] };

/** What customers are told. Some resolvers keep an answer longer than they may, so one that lags is named, and stops nothing. */
export const proveDns = defineStep({
  name: 'prove-dns',
  title: (p: Proof) => `Check that resolvers answer ${p.to.join(', ')} for ${p.name} (${p.type})`,
  patience: { attemptMs: 30_000, attempts: 3, everyMs: 2_000 },
  async check({ name, type, to }, ports) {
    const answers = await checkedAnswers(ports.dns.resolved, { name, type, values: to }, 1);
    const silent = answers.find(({ values, wanted }) => values === undefined || wanted === undefined);
    if (silent) return unknown(silent.because);
    const stale = answers.find(({ values = [], wanted = [] }) => values.join() !== wanted.join());
    if (stale) return underWay(`${stale.server} still answers ${(stale.values ?? []).join(', ') || 'nothing'}.`);
    return done(`${answers.map(({ server }) => server).join(', ')} answer ${to.join(', ')}.`);
  },
  act: () => Promise.resolve(),
});
