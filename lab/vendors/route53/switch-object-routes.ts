/** The calls on the object: anybody reads it, and whoever has the secret replaces it, on condition when asked to (RFC 9110, 13.1.1). */
import type { FakeZone } from '../kit/zone';
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';

export interface ObjectState {
  /** Its text is the only record there is, when there is one. */
  zone: FakeZone<string>;
  /** Written by somebody else just before the next PUT arrives. */
  theirs: string | undefined;
}

export interface ObjectRules {
  /** The whole value of Authorization. */
  secret: string;
  /** Knows no ETag, gives one and does not look at If-Match, or gives a weak one, which no If-Match ever meets (RFC 9110, 13.1.1). */
  careless?: 'no ETag' | 'ignores If-Match' | 'gives a weak ETag';
}

export const failed = (status: number, words: string): FakeReply => ({ status, body: `${words}\n` });

export const textOf = (zone: FakeZone<string>, hints: FakeRequest['hints'] = {}) => zone.records(hints)[0];
export const write = (zone: FakeZone<string>, text: string | undefined) =>
  void zone.change(() => (text === undefined ? [] : [text]));

export function objectRoutes(path: string, state: ObjectState, rules: ObjectRules): Route[] {
  return [
    { method: 'GET', path, answer: (request) => show(state, rules, request) },
    { method: 'PUT', path, answer: (request) => replace(state, rules, request) },
  ];
}

const etagOf = ({ zone }: ObjectState) => `"v${zone.changes()}"`;
const named = ({ careless }: ObjectRules, tag: string) => (careless === 'no ETag' ? {} : { etag: tag });

function show(state: ObjectState, rules: ObjectRules, { hints, headers }: FakeRequest): FakeReply {
  const text = textOf(state.zone, hints);
  if (text === undefined) return failed(404, 'Not found');
  const tag = `${weakness(rules, headers)}${hints.stale === true ? '"old"' : etagOf(state)}`;
  return { headers: { 'content-type': 'text/plain', ...named(rules, tag) }, body: text };
}

/** A server that compresses, such as nginx, makes the ETag of what it compressed weak. */
function weakness({ careless }: ObjectRules, { 'accept-encoding': takes = '' }: FakeRequest['headers']): string {
  return careless === 'gives a weak ETag' || /gzip|br/.test(takes) ? 'W/' : '';
}

function replace(state: ObjectState, rules: ObjectRules, { headers, body }: FakeRequest): FakeReply {
  if (state.theirs !== undefined) write(state.zone, state.theirs);
  state.theirs = undefined;
  if (headers.authorization !== rules.secret) return failed(403, 'Forbidden');
  const outdated = headers['if-match'] !== undefined && headers['if-match'] !== etagOf(state);
  if (outdated && rules.careless !== 'ignores If-Match') return failed(412, 'Precondition failed');
  write(state.zone, body);
  return { headers: named(rules, etagOf(state)), body: 'stored\n' };
}
