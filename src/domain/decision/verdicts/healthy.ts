import { sentenceCase } from '../../detection/agreement';
import type { Hearing } from '../../detection/hearing';
import type { Course, CourseInput } from '../course';
import { about, defineVerdict, type VerdictOf } from './define';

/** No other verdict holds. */
export const healthy = defineVerdict({ state: 'healthy', headline: 'is healthy', find, course: backToOwnTable });

function find({ testimony, app }: Hearing): VerdictOf<'healthy'> {
  return {
    ...about('healthy', testimony.primary, app.up),
    forMs: app.forMs,
    because: `${sentenceCase(app.because)}.`,
  };
}

/** Back when the own table has been well for long, or at once when the borrowed one is down. */
function backToOwnTable({ primary, tableOf, opinion, policy }: CourseInput): Course {
  const own = opinion.tables[primary];
  if (tableOf === primary || own?.state !== 'up') return { wish: 'nothing' };
  const borrowedIsDown = opinion.tables[tableOf]?.state === 'down';
  if (!borrowedIsDown && own.forMs < policy.tableBackAfterMs) return { wish: 'nothing' };
  return { wish: 'act', action: { kind: 'pointer', from: tableOf, to: primary } };
}
