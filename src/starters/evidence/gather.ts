/** Reads what rejoins left on the regions' hosts, and what decides whether it may go. It asks the hosts and databases itself, as a worker does. */
import type { Evidence, EvidenceFacts } from '../../domain/evidence';
import { sentenceOf } from '../../domain/sentence';
import type { Ports } from '../../ports/ports';
import { primaryOf } from '../../domain/plan/survey';
import { databasesOf } from '../site';

type Asked = Pick<Ports, 'regions' | 'database' | 'salvage' | 'evidence'>;

/** What lies on each host; a host that does not tell has a sentence instead. */
export async function found(ports: Asked): Promise<{ all: Evidence[]; silent: string[] }> {
  const told = await Promise.allSettled(ports.regions.map((region) => ports.evidence(region).list()));
  return {
    all: told.flatMap((each) => (each.status === 'fulfilled' ? each.value : [])),
    silent: told.flatMap((each, index) =>
      each.status === 'fulfilled' ? [] : [`${ports.regions[index] ?? ''}: unknown. ${sentenceOf(each.reason)}`],
    ),
  };
}

export async function factsNow(ports: Asked, isRunning: boolean): Promise<EvidenceFacts> {
  const regions = await databasesOf(ports);
  const primary = primaryOf({ regions });
  const isPrimary = (region: string) => {
    const seen = regions[region];
    return primary.known && primary.region === region && seen?.answers === true && !seen.readOnly;
  };
  const databases = Object.fromEntries(
    Object.values(regions).map((seen) => {
      const { region } = seen;
      if (!seen.answers) return [region, undefined];
      return [region, { isPrimary: isPrimary(region), replicates: seen.replicating === true, epoch: seen.epoch }];
    }),
  );
  const writable = ports.regions.find(isPrimary);
  const open =
    writable &&
    (await ports
      .salvage(writable)
      .open()
      .catch(() => undefined));
  return { isRunning, databases, open: typeof open === 'number' ? open : undefined };
}
