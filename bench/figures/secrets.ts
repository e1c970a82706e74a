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
  title: 'credentials found in the outputs',
  goal: '0',
  how: 'Every credential of a site is a known text. Each DNS provider (vendors as fakes, PowerDNS and BIND real) is checked and moved with every kind of fault at each of the first eight requests, and with secrets that are wrong, have two lines, lack their colons or are in quotes. Databases, sessions, hosts, table, shop, traffic switches and alert channels are called at servers that repeat what they receive or do not answer; the CLI runs against a Temporal that does not answer. Searched: results and failures as a history stores them, errors with stacks and causes, calls, alerts, reports in JSON, Markdown and HTML, standard output and error (workers export no metrics). Each credential is searched raw, in JSON, hexadecimal, URL-encoded and in base64 at each alignment.',
  measure: async () => {
    const outputs = new Outputs();
    const { canaries, transfers, completed } = await outputs.printed(() => driveAll(outputs));
    const credentials = new Set(canaries.map(({ of }) => of)).size;
    const hits = hitsIn(outputs.all, canaries);
    const characters = outputs.all.reduce((sum, { text }) => sum + text.length, 0);
    return {
      lines: [
        `${hits.length} hits in ${outputs.all.length} texts (${(characters / 1e6).toFixed(1)} million characters), searched for ${credentials} credentials`,
        `${transfers} transfers, ${completed} of them completed`,
        ...hits.slice(0, 20).map(({ of, form, from }) => `${of}, ${form}, in ${from}`),
      ],
      reached: hits.length === 0,
      values: { hits: hits.length, texts: outputs.all.length, characters, credentials, transfers, completed },
    };
  },
};
