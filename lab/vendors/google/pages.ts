import type { FakeRequest } from '../kit/request';
import type { FakeReply } from '../kit/routes';
import { failed } from './replies';

/** One page of `items`, and the token of the next. */
export function paged({ query, hints }: FakeRequest, field: string, items: readonly object[]): FakeReply {
  const from = Number(/^at-(\d+)$/.exec(query.get('pageToken') ?? 'at-0')?.[1] ?? NaN);
  if (Number.isNaN(from)) return failed(400, "Invalid value for 'parameters.pageToken'");
  const to = from + (hints.pageSize ?? Number(query.get('maxResults') ?? 100));
  const next = to < items.length ? { nextPageToken: `at-${to}` } : {};
  return { body: { kind: `dns#${field}ListResponse`, [field]: items.slice(from, to), ...next } };
}
