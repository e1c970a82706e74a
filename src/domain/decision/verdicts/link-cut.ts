import type { Hearing } from '../../detection/hearing';
import { witnessesWho } from '../../detection/witness';
import { about, defineVerdict, type VerdictOf } from './define';

/** The regions do not see each other; customers are fine. */
export const linkCut = defineVerdict({
  state: 'link-cut',
  headline: 'serves, but the regions cannot reach each other',
  find,
  course: () => ({ wish: 'nothing', notice: 'warning' }),
});

function find({ testimony, policy, app }: Hearing): VerdictOf<'link-cut'> | undefined {
  const [witness] = witnessesWho('lost', testimony.witnesses, policy);
  if (!witness) return undefined;
  const because = `Customers are served, but the regions cannot reach each other: ${witness.because}`;
  return { ...about('link-cut', testimony.primary, app.up), because };
}
