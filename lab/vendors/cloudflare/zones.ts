/** The calls on zones, of which there is one, and on the token itself. */
import type { Route } from '../kit/routes';
import { within, type CfRoute } from './access';
import { good } from './envelope';
import { listed } from './ids';

export function zoneRoutes(origin: string, id: string, accountId: string): CfRoute[] {
  const zone = {
    id,
    name: origin.slice(0, -1),
    status: 'active',
    paused: false,
    type: 'full',
    account: { id: accountId, name: 'A shop' },
    name_servers: ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com'],
    original_name_servers: null,
    plan: { id: 'free', name: 'Free Website' },
    meta: {},
    owner: {},
    permissions: ['#dns_records:edit'],
  };
  const list: Route['answer'] = ({ query, hints }) => {
    const page = Number(query.get('page') ?? 1);
    const wanted = query.get('name');
    const found = (wanted === null || wanted === zone.name) && page === 1 ? [zone] : [];
    const shown = listed(found, hints);
    const counts = { count: shown.length, total_count: shown.length, total_pages: shown.length };
    return good(shown, { result_info: { page, per_page: Number(query.get('per_page') ?? 20), ...counts } });
  };
  const show = within('zone', id, () => good(zone));
  const active = { id: 'ed17574386854bf78a67040be0a770b0', status: 'active' };
  const verify = () => good(active, { messages: [{ code: 10000, message: 'This API Token is valid and active' }] });
  const permissions = ['Zone Read'] as const;
  return [
    { method: 'GET', path: '/client/v4/zones', permissions, answer: list },
    { method: 'GET', path: '/client/v4/zones/:zone', permissions, answer: show },
    { method: 'GET', path: '/client/v4/user/tokens/verify', permissions: [], answer: verify },
  ];
}
