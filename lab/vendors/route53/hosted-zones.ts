/** The call on the hosted zones of the account. */
import type { FakeReply } from '../kit/routes';
import type { FakeRequest } from '../kit/request';
import type { Route53Route } from './access';
import { element, xml } from './replies';
import { sorted } from './sets';

export interface HostedZone {
  id: string;
  name: string;
  private?: boolean;
}

export function zoneRoutes(path: string, zones: readonly HostedZone[]): Route53Route[] {
  return [
    {
      method: 'GET',
      path: `${path}/hostedzonesbyname`,
      action: 'ListHostedZonesByName',
      answer: (request) => list(zones, request),
    },
  ];
}

function list(zones: readonly HostedZone[], { query }: FakeRequest): FakeReply {
  const from = `${query.get('dnsname') ?? ''}.`.replace('..', '.');
  const shown = sorted(zones).filter(({ name }) => sorted([{ name: from }, { name }])[0]?.name === from);
  const body = shown.map(({ id, name, private: isPrivate = false }) => {
    const config = `<Config>${element('PrivateZone', String(isPrivate))}</Config>`;
    return `<HostedZone>${element('Id', `/hostedzone/${id}`)}${element('Name', name)}${element('CallerReference', id)}${config}</HostedZone>`;
  });
  const rest = element('IsTruncated', 'false') + element('MaxItems', '100');
  const all = `<HostedZones>${body.join('')}</HostedZones>${rest}`;
  return xml(200, `<ListHostedZonesByNameResponse>${all}</ListHostedZonesByNameResponse>`);
}
