/** One BIND on the loopback with a copy of the zone's file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { freePort, startServer, type Place, type RunningServer } from './place';

/** The zone's records at the start; the names of the contract suite are made as they are needed. */
const zoneFile = `$TTL 3600
@ IN SOA ns1 hostmaster 1 3600 600 86400 5
@ IN NS ns1
ns1 IN A 127.0.0.1
*.wild 5 IN A 198.51.100.10
`;

function configuration(folder: string, port: number, what: string): string {
  return `
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  notify no;
  dnssec-validation no;
};
controls { };
${what}
`;
}

/** Its files are in the folder `name` of `at`; `what` declares keys and zones. */
export async function startNamed(
  at: Place,
  name: string,
  what: string,
): Promise<{ server: RunningServer; port: number }> {
  mkdirSync(at.path(name));
  writeFileSync(at.path(name, 'zone'), zoneFile);
  const port = await freePort();
  const file = at.path(name, 'named.conf');
  writeFileSync(file, configuration(at.path(name), port, what), { mode: 0o600 });
  const command = ['named', '-g', '-n', '1', '-c', file];
  const server = await startServer(command, at.path(name, 'log'), { host: '127.0.0.1', port });
  return { server, port };
}
