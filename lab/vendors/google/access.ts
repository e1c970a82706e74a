/** Who may do what, and how often. */
import type { DnsFakeOptions } from '../kit/dns';
import { slidingWindow, type Limit } from '../kit/limits';
import type { Route } from '../kit/routes';
import { failed, limited } from './replies';

export type GooglePermission =
  | `dns.managedZones.${'list' | 'get'}`
  | `dns.resourceRecordSets.${'list' | 'create' | 'delete'}`
  | `dns.changes.${'create' | 'get'}`;

/** All of `permissions` are needed. */
export type GoogleRoute = Route & { permissions: readonly GooglePermission[] };

/** What the holder of this token may; undefined when it is good for nothing. */
export type Allowed = (token: string) => readonly GooglePermission[] | undefined;

export interface Access extends Pick<DnsFakeOptions, 'now'> {
  project: string;
  /** Of the project; none by default. */
  limit?: Limit;
}

/** The routes for those who may use them. */
export function guarded(routes: readonly GoogleRoute[], { project, limit, now }: Access, allowed: Allowed): Route[] {
  const window = limit === undefined ? undefined : slidingWindow(limit, now);
  return routes.map(({ permissions, answer, ...route }) => ({
    ...route,
    answer: (request) => {
      const granted = allowed(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
      if (granted === undefined) return failed(401, 'Request had invalid authentication credentials.');
      if (window?.take().allowed === false) return limited();
      if (request.params.project !== project) return failed(404, "The 'parameters.project' resource was not found.");
      return permissions.every((one) => granted.includes(one)) ? answer(request) : failed(403, 'Forbidden');
    },
  }));
}
