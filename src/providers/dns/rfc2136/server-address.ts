/** Address of a name server: `198.51.100.53`, `198.51.100.53:5300`, `[2001:db8::53]:5300`, `ns1.example.net`. */
import { hostAndPort } from '../../../fields/addresses';
import { isHost } from '../../../fields/fields';

const standardPort = 53;

export function isServerAddress(value: string): boolean {
  return isHost(parseServerAddress(value).host);
}

export function parseServerAddress(server: string): { host: string; port: number } {
  if (isHost(server)) return { host: server, port: standardPort };
  return hostAndPort(server) ?? { host: '', port: 0 };
}
