/** Address of a name server: `198.51.100.53`, `198.51.100.53:5300`, `[2001:db8::53]:5300`, `ns1.example.net`. */
import { isHost, isIPv6 } from '../../../fields/fields';

const standardPort = 53;

export function isServerAddress(value: string): boolean {
  const { host, port } = parseServerAddress(value);
  const bracketed = value.startsWith('[');
  return isHost(host) && port >= 1 && port <= 65_535 && (!bracketed || isIPv6(host));
}

export function parseServerAddress(server: string): { host: string; port: number } {
  if (isHost(server)) return { host: server, port: standardPort };
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(server) ?? [];
  return { host: bracketed ?? plain ?? '', port: Number(port) };
}
