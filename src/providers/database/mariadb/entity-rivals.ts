/**
 * Orders that came to the primary while others were written that arrive: a key of an order need not be unique there, and the transaction of a
 * salvage locks nothing that is not there yet. So their keys are looked for once more before it is committed.
 */
import type { Found } from '../../../domain/salvage/entities/gather';
import { isRivalled, keyLooks } from '../../../domain/salvage/entities/looks';
import { isPlacedBy } from '../../../domain/salvage/entities/placed';
import type { Ruling } from '../../../domain/salvage/ruling';
import type { EntityInput } from '../../../ports/rejoin';
import type { Row } from '../wire/connection';
import { Answers, questionsFor } from './entity-looks';
import type { SalvageOptions } from './options';
import { CameMeanwhile } from './salvage-refusals';

type Settled = readonly { found: Found; ruling: Ruling }[];

/** What to ask, and what to do with the answers. @throws CameMeanwhile */
export function rivalsOf(options: SalvageOptions, settled: Settled, { scene, isLast }: EntityInput) {
  const { folds, tables } = scene;
  const isArriving = ({ found, ruling }: Settled[number]) =>
    ruling.outcome === 'order' || (ruling.outcome === 'update' && isPlacedBy(folds.theirs, found.id, tables));
  const arriving = settled.filter(isArriving).map(({ found }) => found);
  const looks = isLast ? [] : arriving.flatMap((found) => keyLooks(found, scene));
  const questions = questionsFor(options, looks, scene.tables.shapes, 'FOR UPDATE');
  return {
    statements: questions.map(({ statement }) => statement),
    requireNone: (found: readonly Row[][]) => {
      const answers = new Answers();
      questions.forEach(({ shape }, index) => {
        answers.add(shape, found[index] ?? []);
      });
      const rival = arriving.find((each) => isRivalled(each, { ...scene, rows: (look) => answers.rows(look) }));
      if (rival) throw new CameMeanwhile('unavailable', `Order ${rival.id} came to the primary meanwhile.`);
    },
  };
}
