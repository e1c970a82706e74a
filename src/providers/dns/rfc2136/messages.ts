/** What `dig` and `nsupdate` (9.18) print, as answers and as failures. */
import { connectionFailed } from '../../http/connection-failed';
import { PortError } from '../../../ports/errors';
import { reasonOf } from '../../http/answers';
import { canonicalName } from '../provider';
import type { Said, Server } from './tools';

export interface ResourceRecord {
  name: string;
  ttlSeconds: number;
  type: string;
  data: string;
}

/** The records of the answer. @throws PortError where the server refused, did not answer, or is not the zone's own. */
export function answerOf(said: Said, server: Server, zone: string): ResourceRecord[] {
  const status = /status: (\w+),/.exec(said.text)?.[1];
  if (status === undefined) throw silenceOf(said, server);
  const signature = /\bTSIG\b.* (BADKEY|BADSIG|BADTIME|BADTRUNC) \d+/.exec(said.text)?.[1];
  if (signature !== undefined) throw refusalOf(signature, server, zone);
  if (status === 'REFUSED') throw new PortError('denied', `${known(server)} does not answer for ${zone}: ${reach}`);
  if (status !== 'NOERROR' && status !== 'NXDOMAIN') throw refusalOf(status, server, zone);
  if (/Couldn't verify signature|TSIG could not be validated/.test(said.text)) throw unsigned(server);
  const flags = /;; flags: ([a-z ]*);/.exec(said.text)?.[1] ?? '';
  if (!flags.split(' ').includes('aa')) {
    const because = `${known(server)} answers for ${zone} only by hearsay, without authority: ${reach}`;
    throw new PortError('refused', because);
  }
  return recordsOf(said.text);
}

const reach = 'dns.provider.server must be the primary server of dns.provider.zone, and let the key ask.';

function recordsOf(text: string): ResourceRecord[] {
  const section = /^;; ANSWER SECTION:\n((?:.+\n)*)/m.exec(text)?.[1] ?? '';
  return section.split('\n').flatMap((line) => {
    const [, name, ttl, type, data] = /^(\S+)\s+(\d+)\s+IN\s+(\S+)\s+(.+)$/.exec(line) ?? [];
    if (name === undefined || type === undefined || data === undefined) return [];
    return [{ name: canonicalName(name), ttlSeconds: Number(ttl), type, data }];
  });
}

/** The response code of an UPDATE that followed a good answer, or of its TSIG where that is the reason. @throws PortError where there was no usable response. */
export function codeOfUpdate(said: Said, server: Server): string {
  if (said.code === 0) return 'NOERROR';
  const [, code, signature] = /^update failed: (\w+)(?:\((\w+)\))?/m.exec(said.text) ?? [];
  // The key has just asked a question, so the server knows it; Knot DNS calls a right that it lacks BADKEY too.
  if (signature === 'BADKEY') return 'REFUSED';
  if (code !== undefined) return signature ?? code;
  if (said.text.includes('TSIG error with server')) throw unsigned(server);
  throw silenceOf(said, server);
}

/** What a response code asks a person to change, where it is not an answer. */
export function refusalOf(code: string, server: Server, zone: string): PortError {
  const [kind, because] = refusals(server, zone)[code] ?? ['refused', `answered ${code}`];
  return new PortError(kind, `${known(server)} ${because}.`);
}

type Refusal = [kind: PortError['kind'], because: string];

function refusals({ key }: Server, zone: string): Readonly<Record<string, Refusal>> {
  const called = `the key ${key.name} (${key.algorithm})`;
  return {
    BADKEY: ['denied', `knows no ${called.slice(4)}: give it that key, or correct dns.provider.keyName and algorithm`],
    BADSIG: ['denied', `has another secret for ${called}: correct what dns.provider.secret refers to`],
    BADTRUNC: ['denied', `wants longer signatures of ${called} than it got: look at both sides' versions`],
    BADTIME: ['denied', `has a clock that is not ours, so ${called} does not count: set both clocks right (NTP)`],
    NOTAUTH: ['denied', `is not the primary server of ${zone}: correct dns.provider.server or dns.provider.zone`],
    REFUSED: [
      'denied',
      `refuses this change in ${zone}: grant ${called} the name and type in its update-policy, and let dns.provider.server be the primary, no secondary`,
    ],
    NOTIMP: ['refused', `takes no dynamic updates of ${zone}: dns.provider.server must be a primary that does`],
    NOTZONE: ['refused', `says that the name lies outside of ${zone}: correct dns.provider.zone`],
    SERVFAIL: ['unavailable', `could not do it (SERVFAIL): its own log says why`],
  };
}

function silenceOf(said: Said, server: Server): PortError {
  if (said.code === null || /timed out/.test(said.text))
    return connectionFailed(whoOf(server), undefined, server.timeoutMs);
  const unknown = /couldn't get address for '.*': ([\w ]+)/.exec(said.text)?.[1];
  if (unknown !== undefined) return new PortError('unavailable', `${known(server)} has no address (${unknown}).`);
  const [, failed] = /communications? (?:error to|with) .*?: ([\w ]+)$|failed: ([\w ]+)$/im.exec(said.text) ?? [];
  if (/connection refused|operation canceled/.test(said.text))
    return connectionFailed(whoOf(server), 'ECONNREFUSED', server.timeoutMs);
  if (failed !== undefined)
    return new PortError('unavailable', `The connection to ${whoOf(server)} failed (${failed}).`);
  const words = reasonOf(said.text, (text) => text);
  return new PortError('refused', `The request to ${whoOf(server)} could not be made: ${words}.`);
}

const unsigned = (server: Server) =>
  new PortError('garbage', `The answer of ${whoOf(server)} is not signed with our key, so nobody knows who gave it.`);

const whoOf = ({ host }: Server) => `the name server ${host}`;
const known = (server: Server) => `The name server ${server.host}`;
