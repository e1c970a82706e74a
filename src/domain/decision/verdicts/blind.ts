import type { Hearing } from '../../detection/hearing';
import { about, defineVerdict, type VerdictOf } from './define';

/** Too few vantages have an opinion. */
export const blind = defineVerdict({
  state: 'blind',
  headline: 'has too few votes for a verdict',
  find,
  course: () => ({ wish: 'nothing', notice: 'critical' }),
});

function find({ testimony, policy, app }: Hearing): VerdictOf<'blind'> | undefined {
  if (app.state !== 'unknown') return undefined;
  const few = testimony.muted?.length ? 'Too few' : `Fewer than ${policy.minEligible}`;
  const because = `${few} vantages can tell: ${app.because}.`;
  return { ...about('blind', testimony.primary, app.silent), because };
}
