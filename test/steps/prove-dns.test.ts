/** What resolvers say of a moved name: silence and an old answer are told apart, and neither is taken for a proof. */
import type { DnsAnswer, Ports } from '../../src/ports/ports';
import { newWorld } from '../world/world';
import { stepCalled } from './trying';

const [A, B] = ['192.0.2.1', '192.0.2.2'];
const ctx = { site: 'lab', epoch: 2, key: 'k', facts: {}, progress: () => undefined, signal: AbortSignal.abort() };

/** What the step says when resolvers answer so. */
function said(...answers: (string[] | undefined)[]) {
  const told = answers.map((values, at): DnsAnswer => {
    const server = `198.51.100.${String(at + 1)}`;
    return { server, values, because: `${server} did not answer in time.` };
  });
  const ports = newWorld().ports();
  const asked: Ports = { ...ports, dns: { ...ports.dns, resolved: () => Promise.resolve(told) } };
  return stepCalled('prove-dns').check({ name: 'www.shop.test.', type: 'A', to: [B] }, asked, ctx);
}

test.each<[string, (string[] | undefined)[], string, string]>([
  ['all lead there', [[B], [B]], 'done', '198.51.100.1, 198.51.100.2 answer 192.0.2.2.'],
  ['one has the old answer', [[B], [A]], 'under-way', '198.51.100.2 still answers 192.0.2.1.'],
  ['one has no answer', [[B], []], 'under-way', '198.51.100.2 still answers nothing.'],
  ['one is silent', [[B], undefined], 'unknown', '198.51.100.2 did not answer in time.'],
])('where %s', async (_what, answers, state, because) => {
  expect(await said(...answers)).toMatchObject({ state, because });
});
