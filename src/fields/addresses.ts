/** Addresses in one spelling, so that they can be compared as text. */
import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

/** The shortest spelling of an IPv6 address, in lower case; any other text in lower case. */
export function canonicalAddress(value: string): string {
  const url = `http://[${value}]`;
  return isIPv6(value) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : value.toLowerCase();
}

/** A host name in lower case and, where it is internationalized, in its xn-- form, which DNS has; vendors may list it in Unicode. */
export function canonicalHost(name: string): string {
  const lower = name.toLowerCase();
  return /^[ -~]*$/.test(lower) ? lower : domainToASCII(lower) || lower;
}

/** The parts of `HOST:PORT` and `[IPv6]:PORT`; undefined for any other text, also for an IPv6 address without brackets. */
export function hostAndPort(value: string): { host: string; port: number } | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^[\]]+)\]|([^:]+)):(\d{1,5})$/.exec(value) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65_535)) return undefined;
  if (bracketed !== undefined) return isIPv6(bracketed) ? { host: bracketed, port } : undefined;
  return plain === undefined ? undefined : { host: plain, port };
}

/** An address, or an address and a port, in one spelling. */
export function canonicalServer(value: string): string {
  const parts = hostAndPort(value);
  if (parts === undefined) return canonicalAddress(value);
  const host = canonicalAddress(parts.host);
  return `${host.includes(':') ? `[${host}]` : host}:${parts.port}`;
}
