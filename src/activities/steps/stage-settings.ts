import { PortError } from '../../ports/errors';
import type { ShopSettings } from '../../domain/shop-settings';
import type { Ports } from '../../ports/ports';
import { done, no, underWay } from '../step/finding';
import { NotYet, defineStep } from '../step/step';

const fields = ['role', 'epoch', 'tableRegion', 'scheduler'] as const;
const pollEveryMs = 100;
const undoMs = 10_000;

const tableIn = ({ tableRegion }: ShopSettings): string => (tableRegion === undefined ? '' : `, table ${tableRegion}`);

/** Settings count only when the region's own shop shows them: a reload that was asked for isn't one that happened. */
export const stageSettings = defineStep({
  name: 'stage-settings',
  title: (p: { region: string; next: ShopSettings; previous: ShopSettings }) =>
    `Set ${p.region}'s shop to ${p.next.role} of epoch ${p.next.epoch}${tableIn(p.next)}, scheduler ${p.next.scheduler}`,
  patience: { attemptMs: 20_000, attempts: 4, everyMs: 1_000 },
  async check({ region, next }, ports) {
    const file = await ports.settings(region).read();
    const unset = differences(file, next);
    if (unset.length > 0) return no(`${region}'s settings still say ${unset.join(', ')}.`);
    const unseen = await unseenIn(ports, region, next);
    if (unseen.length > 0) return underWay(`${region}'s shop still runs with ${unseen.join(', ')}.`);
    return done(`${region}'s shop itself reports ${next.role} of epoch ${next.epoch}${tableIn(next)}.`);
  },
  async act({ region, next }, ports) {
    await ports.settings(region).apply(next);
  },
  async undo({ region, next, previous }, ports, ctx) {
    const file = await ports.settings(region).read();
    if (file.epoch > next.epoch) {
      throw new PortError(
        'refused',
        `The settings of ${region} have epoch ${file.epoch}, newer than this plan, and are not changed.`,
      );
    }
    const before = differences(file, previous);
    if (before.length > 0) await ports.settings(region).apply(previous);
    const deadline = ports.now() + undoMs;
    for (;;) {
      const unseen = await unseenIn(ports, region, previous);
      if (unseen.length === 0) break;
      if (ports.now() >= deadline) throw new NotYet(`${region}'s shop still runs with ${unseen.join(', ')}.`);
      await ports.sleep(pollEveryMs, ctx.signal);
    }
    const sentence = `${region}'s shop is ${previous.role} of epoch ${previous.epoch}, as before`;
    return before.length === 0 ? `${sentence}; nothing had to be changed.` : `${sentence} the transfer.`;
  },
});

async function unseenIn(ports: Ports, region: string, wanted: ShopSettings): Promise<string[]> {
  const health = await ports.shop(region).health();
  if (health.region !== region) return [`the region name ${health.region}, so another region answers for it`];
  // A paused scheduler says neither on nor off; the file has been compared before.
  const scheduler = health.scheduler === 'paused' ? wanted.scheduler : health.scheduler;
  return differences({ ...health, scheduler }, wanted);
}

type Seen = { [Field in keyof ShopSettings]: string | number };

/** A shop without a table is not asked for one. */
function differences(seen: Seen, wanted: ShopSettings): string[] {
  const asked = fields.filter((field) => wanted[field] !== undefined);
  return asked.filter((field) => seen[field] !== wanted[field]).map((field) => `${field} ${seen[field] ?? 'none'}`);
}
