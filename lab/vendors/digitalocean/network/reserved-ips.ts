/** The calls on reserved IPs. An assignment is an action, which is under way until the fake is told to settle. */
import { z } from 'zod';
import type { Hints } from '../../kit/faults';
import type { FakeRequest } from '../../kit/request';
import type { FakeReply } from '../../kit/routes';
import { absent, failed } from '../replies';
import type { ScopedRoute } from './access';
import { region, shownDroplet } from './droplets';
import { seen, type Action, type FakeAddress, type FakeDroplet, type State } from './state';

export function addressRoutes(state: State): ScopedRoute[] {
  const path = '/v2/reserved_ips/:ip';
  return [
    { method: 'GET', path, scope: 'reserved_ip:read', answer: (request) => show(state, request) },
    {
      method: 'POST',
      path: `${path}/actions`,
      scope: 'reserved_ip:update',
      answer: (request) => assign(state, request),
    },
    {
      method: 'GET',
      path: `${path}/actions/:id`,
      scope: 'reserved_ip:read',
      answer: (request) => showAction(state, request),
    },
  ];
}

function underWay({ actions }: State, fits: (action: Action) => boolean): boolean {
  return actions.some((action) => action.status === 'in-progress' && fits(action));
}

function show(state: State, { params, hints }: FakeRequest): FakeReply {
  const address = seen(state, hints).addresses.get(params.ip ?? '');
  if (address === undefined) return absent();
  const { ip, region: slug, droplet } = address;
  const locked = underWay(state, (action) => action.ip === ip);
  const held = shownDroplet(state, droplet);
  const wrong = held !== null && hints.wrongIds === true ? { ...held, id: held.id + 1_000_000 } : held;
  return { body: { reserved_ip: { ip, region: region(slug), droplet: wrong, locked } } };
}

const assignment = z.object({ type: z.literal('assign'), droplet_id: z.int() });

function assign(state: State, { params, json, hints }: FakeRequest): FakeReply {
  const address = state.addresses.get(params.ip ?? '');
  const asked = assignment.safeParse(json).data;
  const droplet = asked === undefined ? undefined : state.droplets.get(asked.droplet_id);
  if (address === undefined) return absent();
  if (droplet === undefined) return failed(422, 'Droplet is invalid.');
  const reason = reasonAgainst(state, address, droplet);
  if (reason !== undefined) return failed(422, reason);
  const action: Action = {
    id: 36_804_636 + state.actions.length,
    ip: address.ip,
    droplet: droplet.id,
    status: 'in-progress',
  };
  state.actions.push(action);
  state.changes += 1;
  return { status: 201, body: shownAction(action, hints) };
}

function reasonAgainst(state: State, address: FakeAddress, droplet: FakeDroplet): string | undefined {
  if (underWay(state, ({ ip }) => ip === address.ip)) return 'The floating IP already has a pending event.';
  if (underWay(state, (action) => action.droplet === droplet.id)) return 'Droplet already has a pending event.';
  if (droplet.region !== address.region) return 'The floating IP and the Droplet are in different regions.';
  return undefined;
}

function showAction(state: State, { params, hints }: FakeRequest): FakeReply {
  const action = state.actions.find(({ id, ip }) => String(id) === params.id && ip === params.ip);
  return action === undefined || state.hidden ? absent() : { body: shownAction(action, hints) };
}

const shownAction = ({ id, status }: Action, { wrongIds }: Hints) => ({
  action: { id: wrongIds === true ? id + 1_000_000 : id, status, type: 'assign_ip', resource_type: 'reserved_ip' },
});
