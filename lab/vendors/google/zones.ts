/** The calls on the managed zones of the project. */
import type { FakeRequest } from '../kit/request';
import type { FakeReply } from '../kit/routes';
import type { GoogleRoute } from './access';
import { paged } from './pages';
import { absent } from './replies';

export interface GoogleZone {
  name: string;
  dnsName: string;
  visibility?: 'public' | 'private';
}

export const base = '/dns/v1/projects/:project/managedZones';

export function zoneRoutes(zones: readonly GoogleZone[]): GoogleRoute[] {
  return [
    { method: 'GET', path: base, permissions: ['dns.managedZones.list'], answer: (request) => list(zones, request) },
    {
      method: 'GET',
      path: `${base}/:zone`,
      permissions: ['dns.managedZones.get'],
      answer: (request) => show(zones, request),
    },
  ];
}

const shown = (one: GoogleZone) => ({ kind: 'dns#managedZone', visibility: 'public', ...one });

function list(zones: readonly GoogleZone[], request: FakeRequest): FakeReply {
  const named = zones.filter(({ dnsName }) => dnsName === (request.query.get('dnsName') ?? dnsName));
  return paged(request, 'managedZones', named.map(shown));
}

function show(zones: readonly GoogleZone[], { params }: FakeRequest): FakeReply {
  const found = zones.find(({ name }) => name === params.zone);
  return found === undefined ? absent(params.zone) : { body: shown(found) };
}
