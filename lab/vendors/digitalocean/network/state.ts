/** What the account holds beside its zones, before and after the last change. */
import type { Hints } from '../../kit/faults';

export interface FakeDroplet {
  id: number;
  region: string;
  status: string;
}

export interface FakeAddress {
  ip: string;
  region: string;
  droplet: number | null;
}

export type FakeBalancer = Record<string, unknown> & { id: string; name: string };

export interface Action {
  id: number;
  ip: string;
  droplet: number;
  status: 'in-progress' | 'completed' | 'errored';
}

interface Held {
  addresses: Map<string, FakeAddress>;
  balancers: Map<string, FakeBalancer>;
}

export interface State extends Held {
  /** As it was before the last change took effect. */
  before: Held;
  droplets: Map<number, FakeDroplet>;
  actions: Action[];
  hidden: boolean;
  changes: number;
}

export const emptyState = (): State => ({
  droplets: new Map(),
  addresses: new Map(),
  balancers: new Map(),
  actions: [],
  hidden: false,
  changes: 0,
  before: { addresses: new Map(), balancers: new Map() },
});

/** To be called before a change takes effect. */
export const remember = (state: State) => {
  state.before = structuredClone({ addresses: state.addresses, balancers: state.balancers });
};

/** What a request is shown. */
export const seen = (state: State, { stale }: Hints): Held => (stale === true ? state.before : state);

/** Ends all that is under way. */
export function settle(state: State, how: 'completed' | 'errored'): void {
  const underWay = state.actions.filter(({ status }) => status === 'in-progress');
  if (underWay.length > 0) remember(state);
  for (const action of underWay) {
    action.status = how;
    const address = state.addresses.get(action.ip);
    if (address !== undefined && how === 'completed') address.droplet = action.droplet;
  }
  for (const balancer of state.balancers.values()) balancer.status = 'active';
}
