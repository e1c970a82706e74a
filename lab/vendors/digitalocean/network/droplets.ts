/** Droplets as the API shows them. */
import type { Route } from '../../kit/routes';
import { absent } from '../replies';
import type { ScopedRoute } from './access';
import type { State } from './state';

/** The rest of a droplet, which nobody here looks at. */
const machine = {
  memory: 1_024,
  vcpus: 1,
  disk: 25,
  locked: false,
  created_at: '2026-02-01T22:22:58Z',
  features: [],
  tags: [],
  backup_ids: [],
  snapshot_ids: [],
  volume_ids: [],
  size_slug: 's-1vcpu-1gb',
  networks: { v4: [], v6: [] },
  next_backup_window: { start: '2026-11-24T00:00:00Z', end: '2026-11-24T23:00:00Z' },
  image: { id: 63663980, name: '12 x64', type: 'base', distribution: 'Debian', slug: 'debian-12-x64', public: true },
  size: {
    slug: 's-1vcpu-1gb',
    memory: 1_024,
    vcpus: 1,
    disk: 25,
    transfer: 1,
    description: 'Basic',
    price_monthly: 6,
    price_hourly: 0.00893,
    regions: ['fra1', 'nyc3'],
    available: true,
  },
};

export const region = (slug: string) => ({ name: slug.toUpperCase(), slug, features: [], available: true, sizes: [] });

export function shownDroplet(state: State, id: number | null) {
  const held = id === null ? undefined : state.droplets.get(id);
  return held === undefined ? null : { ...machine, ...held, name: `web-${held.id}`, region: region(held.region) };
}

export function dropletRoutes(state: State): ScopedRoute[] {
  const show: Route['answer'] = ({ params }) => {
    const droplet = shownDroplet(state, Number(params.id));
    return droplet === null ? absent() : { body: { droplet } };
  };
  return [{ method: 'GET', path: '/v2/droplets/:id', scope: 'droplet:read', answer: show }];
}
