/** Reads what rejoins left on the regions' hosts, and what decides whether it may go. It asks the hosts and databases itself, as a worker does. */
import { loadSite, type Site } from '../../config';
import { connect } from '../../connect/connect';
import type { Evidence, EvidenceFacts } from '../../domain/evidence';
import { sentenceOf } from '../../domain/sentence';
import type { Ports } from '../../ports/ports';
import { Refusal } from '../refusal';

type Asked = Pick<Ports, 'regions' | 'database' | 'salvage' | 'evidence'>;

/** @throws Refusal that says where to run this when a secret or a host is not in reach */
export async function withPorts<T>(name: string, work: (ports: Asked, site: Site) => Promise<T>): Promise<T> {
  const site = await loadSite(name, { sitesDir: process.env.HANDOVER_SITES_DIR ?? 'sites' }).catch((error: unknown) => {
    throw new Refusal(sentenceOf(error));
  });
  const ports = connect(site);
  try {
    return await work(ports, site);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(
      `${sentenceOf(error)} evidence asks the hosts and databases itself: run it where a worker runs, with the same HANDOVER_SITES_DIR and HANDOVER_SECRETS_DIR.`,
    );
  } finally {
    await ports.close();
  }
}

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
  const states = await Promise.all(
    ports.regions.map((region) =>
      ports
        .database(region)
        .state()
        .catch(() => undefined),
    ),
  );
  const epochs = states.flatMap((state) => (state?.epoch ? [state.epoch] : []));
  const [latest] = epochs.sort((one, other) => other.epoch - one.epoch);
  const databases = Object.fromEntries(
    ports.regions.map((region, index) => {
      const state = states[index];
      const isPrimary = latest?.region === region && state?.readOnly === false;
      const replicates = state?.replica?.io === 'yes' && state.replica.sql;
      return [region, state && { isPrimary, replicates, epoch: state.epoch?.epoch ?? 0 }];
    }),
  );
  const primary = ports.regions.find((region) => databases[region]?.isPrimary);
  const open =
    primary === undefined
      ? undefined
      : await ports
          .salvage(primary)
          .open()
          .catch(() => undefined);
  return { isRunning, databases, open };
}
