import { providerKinds } from '../../lab/loopback/zone-servers';
import type { Figure } from '../figure';
import { hitsIn, type Canary } from '../../lab/leaks/canaries';
import { driveCli } from '../../lab/leaks/cli';
import { driveOthers } from '../../lab/leaks/others';
import { Outputs } from '../../lab/leaks/outputs';
import { driveLasting, driveVendor, type Driven } from '../../lab/leaks/vendors';

interface Found {
  canaries: Canary[];
  transfers: number;
  completed: number;
}

async function driveAll(outputs: Outputs): Promise<Found> {
  const driven: Driven[] = [];
  for (const kind of providerKinds) {
    driven.push(await driveVendor(outputs, kind, 'each'));
    if (kind !== 'powerdns' && kind !== 'rfc2136') driven.push(await driveLasting(outputs, kind));
  }
  const others = [...(await driveOthers(outputs)), ...(await driveCli(outputs))];
  const endings = driven.flatMap((each) => each.endings);
  return {
    canaries: [...driven.flatMap(({ canaries }) => canaries), ...others],
    transfers: endings.length,
    completed: endings.filter((ending) => ending === 'completed').length,
  };
}

export const secrets: Figure = {
  name: 'secrets',
  title: 'credentials found in what came out',
  goal: '0',
  how: 'Every credential of a site is a known text. Each DNS provider (vendors by their fakes, PowerDNS and BIND real) is checked and moved with every kind of fault at each of the first eight requests, and with secrets that are wrong, of two lines, without colons and in quotes; databases, sessions, hosts, table, shop, traffic switches and alert channels are asked of servers that repeat what they were told, or are away; the command line of a Temporal that is away. Looked through: results and failures as a history holds them, errors with stacks and causes, calls, alerts, reports in JSON, Markdown and HTML, standard output and error (workers export no metrics); for each text raw, in JSON, hexadecimal, URL-encoded and in base64 of each alignment.',
  measure: async () => {
    const outputs = new Outputs();
    const { canaries, transfers, completed } = await outputs.printed(() => driveAll(outputs));
    const credentials = new Set(canaries.map(({ of }) => of)).size;
    const hits = hitsIn(outputs.all, canaries);
    const characters = outputs.all.reduce((sum, { text }) => sum + text.length, 0);
    return {
      lines: [
        `${hits.length} times, in ${outputs.all.length} texts of ${(characters / 1e6).toFixed(1)} million characters, looked through for ${credentials} credentials`,
        `${transfers} transfers, of which ${completed} got to their end`,
        ...hits.slice(0, 20).map(({ of, form, from }) => `${of}, ${form}, in ${from}`),
      ],
      reached: hits.length === 0,
      values: { hits: hits.length, texts: outputs.all.length, characters, credentials, transfers, completed },
    };
  },
};
