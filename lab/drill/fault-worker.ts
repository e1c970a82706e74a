/** The fault injector: a worker on the queue `lab` that injects the drill's fault and heals it. Only labs have one. */
import { NativeConnection, Worker } from '@temporalio/worker';
import type { FaultActivities } from '../../src/contract/activities';
import type { Fault } from '../../src/domain/plan/request';
import { LabClient } from '../control/client';
import { isRegion, peerOf, regionNames, type RegionName } from '../network/places';

/** What a controlled shutdown of a region stops, customers' side first. sshd and the resolver keep running: the host is up, the shop is not. */
const shopServices = ['scheduler', 'nginx', 'php-fpm', 'table', 'redis', 'mariadb', 'mysql'] as const;

const sentences: Record<Fault, (region: string) => string> = {
  isolate: (region) => `${region} is cut off from everything except its payment services.`,
  shutdown: (region) => `Every service of ${region}'s shop has been shut down.`,
  'table-errors': (region) => `${region}'s table returns internal errors.`,
  'vantage-cut': (region) => `The link between the vantage north and ${region} is cut.`,
  'link-cut': () => 'The link between the regions is cut.',
};

async function inject(lab: LabClient, fault: Fault, region: RegionName): Promise<void> {
  switch (fault) {
    case 'isolate':
      await lab.isolate(region);
      return;
    case 'shutdown':
      // A plain shop has neither a table nor a Redis, and each has one of the two databases.
      for (const service of await servicesOf(lab, region)) await lab.service(region, service, 'stop');
      return;
    case 'table-errors':
      return lab.table(region, 'unavailable');
    case 'vantage-cut':
      await lab.cut('north', region);
      return;
    case 'link-cut':
      await lab.cut(region, peerOf(region));
  }
}

async function servicesOf(lab: LabClient, region: RegionName): Promise<(typeof shopServices)[number][]> {
  const { processes } = await lab.status();
  return shopServices.filter((service) => processes.some(({ name }) => name === `${region}.${service}`));
}

/** Undoes every cut, pause and table fault, and starts every service that was shut down. */
async function heal(lab: LabClient): Promise<void> {
  await lab.heal();
  const { processes } = await lab.status();
  for (const region of regionNames) {
    for (const service of [...shopServices].reverse()) {
      if (processes.some(({ name, state }) => name === `${region}.${service}` && state === 'ended'))
        await lab.service(region, service, 'start');
    }
  }
}

function faultActivities(lab: LabClient): FaultActivities {
  return {
    injectFault: async ({ fault, region }) => {
      if (!isRegion(region))
        throw new Error(`The lab has no region ${region}; its regions are ${regionNames.join(' and ')}.`);
      const at = Date.now();
      await inject(lab, fault, region);
      return { at, because: sentences[fault](region) };
    },
    healFaults: async () => {
      const at = Date.now();
      await heal(lab);
      return { at, because: 'Every injected fault has been undone.' };
    },
  };
}

async function run(): Promise<void> {
  const address = process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
  const lab = new LabClient(process.env['HANDOVER_LAB_CONTROL'] ?? '.lab');
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({ connection, taskQueue: 'lab', activities: faultActivities(lab) });
  await worker.run().finally(() => connection.close());
}

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
