/** Parses the output of `dig` and `nsupdate` (9.18) into records and errors. */
import { connectionFailed } from '../../http/connection-failed';
import { PortError } from '../../../ports/errors';
import { plainWords } from '../../http/plain-words';
import { messageOf } from '../../http/read-response';
import { canonicalName } from '../provider';
import type { ToolOutput, Server } from './tools';

export interface ResourceRecord {
  name: string;
  ttlSeconds: number;
  type: string;
  data: string;
}

/** The records of dig's answer section. @throws PortError when the server refused, did not answer or is not authoritative. */
export function parseAnswer(output: ToolOutput, server: Server, zone: string): ResourceRecord[] {
  const status = /status: (\w+),/.exec(output.text)?.[1];
  if (status === undefined) throw connectionError(output, server);
  const signature = /\bTSIG\b.* (BADKEY|BADSIG|BADTIME|BADTRUNC) \d+/.exec(output.text)?.[1];
  if (signature !== undefined) throw responseCodeError(signature, server, zone);
  if (status === 'REFUSED')
    throw new PortError('denied', `${capitalized(server)} refused the query for ${zone}: ${serverHint}`);
  if (status !== 'NOERROR' && status !== 'NXDOMAIN') throw responseCodeError(status, server, zone);
  if (/Couldn't verify signature|TSIG could not be validated/.test(output.text)) throw unsigned(server);
  const flags = /;; flags: ([a-z ]*);/.exec(output.text)?.[1] ?? '';
  if (!flags.split(' ').includes('aa')) {
    const because = `${capitalized(server)} is not authoritative for ${zone}: ${serverHint}`;
    throw new PortError('refused', because);
  }
  return recordsOf(output.text);
}

const serverHint =
  'dns.provider.server must be the primary server of dns.provider.zone, and must allow queries with the key.';

function recordsOf(text: string): ResourceRecord[] {
  const section = /^;; ANSWER SECTION:\n((?:.+\n)*)/m.exec(text)?.[1] ?? '';
  return section.split('\n').flatMap((line) => {
    const [, name, ttl, type, data] = /^(\S+)\s+(\d+)\s+IN\s+(\S+)\s+(.+)$/.exec(line) ?? [];
    if (name === undefined || type === undefined || data === undefined) return [];
    return [{ name: canonicalName(name), ttlSeconds: Number(ttl), type, data }];
  });
}

/** The response code of an UPDATE, or its TSIG error if that is the cause. Call it only after a successful query. @throws PortError without a usable response. */
export function updateResponseCode(output: ToolOutput, server: Server): string {
  if (output.code === 0) return 'NOERROR';
  const [, code, signature] = /^update failed: (\w+)(?:\((\w+)\))?/m.exec(output.text) ?? [];
  // The query with this key succeeded, so the server knows it: Knot DNS returns BADKEY for a missing permission too.
  if (signature === 'BADKEY') return 'REFUSED';
  if (code !== undefined) return signature ?? code;
  if (output.text.includes('TSIG error with server')) throw unsigned(server);
  throw connectionError(output, server);
}

/** The error for a response code, with what to change. */
export function responseCodeError(code: string, server: Server, zone: string): PortError {
  const [kind, because] = responseCodes(server, zone)[code] ?? ['refused', `returned ${code}`];
  return new PortError(kind, `${capitalized(server)} ${because}.`);
}

type Refusal = [kind: PortError['kind'], because: string];

function responseCodes({ key }: Server, zone: string): Readonly<Record<string, Refusal>> {
  const theKey = `the key ${key.name} (${key.algorithm})`;
  return {
    BADKEY: [
      'denied',
      `does not know ${theKey}: add the key there, or correct dns.provider.keyName and dns.provider.algorithm`,
    ],
    BADSIG: ['denied', `has a different secret for ${theKey}: correct the secret that dns.provider.secret refers to`],
    BADTRUNC: ['denied', `requires longer signatures from ${theKey}: check the versions of both sides`],
    BADTIME: ['denied', `rejected the signature time of ${theKey}: synchronize the clocks of worker and server by NTP`],
    NOTAUTH: ['denied', `is not the primary server of ${zone}: correct dns.provider.server or dns.provider.zone`],
    REFUSED: [
      'denied',
      `refused the change in ${zone}: grant ${theKey} the name and type in its update-policy, and set dns.provider.server to the primary, not a secondary`,
    ],
    NOTIMP: [
      'refused',
      `does not accept dynamic updates of ${zone}: allow them, or set dns.provider.server to a primary that does`,
    ],
    NOTZONE: ['refused', `reported that the name is outside ${zone}: correct dns.provider.zone`],
    SERVFAIL: ['unavailable', `failed (SERVFAIL): see its log for the cause`],
  };
}

function connectionError(output: ToolOutput, server: Server): PortError {
  if (output.code === null || /timed out/.test(output.text))
    return connectionFailed(nameServer(server), undefined, server.timeoutMs);
  const unknown = /couldn't get address for '.*': ([\w ]+)/.exec(output.text)?.[1];
  if (unknown !== undefined)
    return new PortError('unavailable', `${capitalized(server)} could not be resolved (${unknown}).`);
  const failed = /(?:communications? (?:error to|with) .*?|failed): ([\w ]+)\.?$/im.exec(output.text)?.[1];
  if (/connection refused|operation canceled/.test(output.text))
    return connectionFailed(nameServer(server), 'ECONNREFUSED', server.timeoutMs);
  if (failed !== undefined)
    return new PortError('unavailable', `The connection to ${nameServer(server)} failed (${failed}).`);
  const words = messageOf(output.text, plainWords);
  return new PortError('refused', `The request to ${nameServer(server)} could not be sent: ${words}.`);
}

const unsigned = (server: Server) =>
  new PortError('garbage', `The response of ${nameServer(server)} is not signed with our key, so it may be forged.`);

const nameServer = ({ host }: Server) => `the name server ${host}`;
const capitalized = (server: Server) => `The name server ${server.host}`;
