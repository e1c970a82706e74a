/** The world has no rows to salvage: these stand for the steps of a rejoin that read and copy them, which are proved on real servers. */
import type { StepInput } from '../../src/contract/steps';
import type { StepSuccess } from '../../src/domain/plan/interpreter';
import { attach } from '../world/server';
import type { Sites } from './sites';

const did = (because: string, facts: StepSuccess['facts'] = {}): StepSuccess => ({ outcome: 'done', because, facts });

export function broughtBack(sites: Sites): Record<string, (order: StepInput) => StepSuccess> {
  const worldOf = ({ site }: StepInput) => sites.find(site).world;
  return {
    'copy-binlogs': () => did('The logs are copied.'),
    'classify-deposed': () => did('It has nothing of its own.', { ordersOnlyThere: 0 }),
    'salvage-orders': () => did('There was nothing to salvage.'),
    'compare-databases': () => did('Both databases are equal.'),
    'reseed-database': (order) => {
      const { region, source } = order.call.params as { region: string; source: string };
      const { server } = worldOf(order).region(source);
      Object.assign(worldOf(order).region(region).server, {
        log: [...server.log],
        row: server.row,
        lastId: server.lastId,
      });
      return did(`${region} was laid anew.`);
    },
    'attach-rejoined': (order) => {
      const { region, sourceHost } = order.call.params as { region: string; sourceHost: string };
      const world = worldOf(order);
      attach(world.region(region).server, { sourceHost } as Parameters<typeof attach>[1], world.serverAt(sourceHost));
      return did(`${region} follows ${sourceHost}.`);
    },
  };
}
