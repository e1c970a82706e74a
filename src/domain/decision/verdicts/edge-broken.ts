import { isOut } from '../../detection/agreement';
import type { Hearing } from '../../detection/hearing';
import { about, defineVerdict, type VerdictOf } from './define';

/** The region serves by its own address, the public name does not. */
export const edgeBroken = defineVerdict({
  state: 'edge-broken',
  headline: 'serves, but not by the public name',
  find,
  course: () => ({ wish: 'nothing', notice: 'critical' }),
});

function find({ testimony, policy, edge }: Hearing): VerdictOf<'edge-broken'> | undefined {
  if (!isOut(edge, policy)) return undefined;
  return {
    ...about('edge-broken', testimony.primary, edge.down),
    forMs: edge.forMs,
    failingForMs: edge.failingMs,
    because: `The shop of ${testimony.primary} answers at its own address, but not by its public name: ${edge.because}.`,
  };
}
