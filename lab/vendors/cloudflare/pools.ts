/** The calls on the pools of the account, and on the monitors that ask them. */
import type { FakeReply, Route } from '../kit/routes';
import { within, type CfRoute } from './access';
import { absent } from './balancers';
import { good } from './envelope';
import { listed } from './ids';
import { poolsOf, type CfPool, type State } from './state';

export function poolRoutes(state: State, accountId: string): CfRoute[] {
  const all = '/client/v4/accounts/:account/load_balancers';
  const own = (answer: Route['answer']) => within('account', accountId, answer);
  const found = (fits: (pool: CfPool, id: string) => boolean, answer: (pool: CfPool) => FakeReply) =>
    own(({ params, hints }) => {
      const pool = poolsOf(state.records(hints)).find((each) => fits(each, params.id ?? ''));
      return pool === undefined ? absent() : answer(pool);
    });
  const pool = (answer: (pool: CfPool) => unknown) =>
    found(
      ({ id }, wanted) => id === wanted,
      (one) => good(answer(one)),
    );
  const list = own(({ hints }) => good(listed(poolsOf(state.records(hints)).map(shown), hints)));
  const monitor = found(
    (one, wanted) => one.monitor?.id === wanted,
    (one) => good({ method: 'GET', expected_codes: '200', interval: 60, ...one.monitor }),
  );
  const permissions = ['Load Balancing: Monitors and Pools Read', 'Load Balancing: Monitors and Pools Write'] as const;
  return [
    { method: 'GET', path: `${all}/monitors/:id`, permissions, answer: monitor },
    { method: 'GET', path: `${all}/pools`, permissions, answer: list },
    { method: 'GET', path: `${all}/pools/:id`, permissions, answer: pool(shown) },
    { method: 'GET', path: `${all}/pools/:id/health`, permissions, answer: pool(healthOf) },
  ];
}

/** Health is no field of the pool itself. */
const shown = ({ healthy: _healthy, disagree: _disagree, monitor, ...pool }: CfPool) => ({
  ...pool,
  ...(monitor === undefined ? {} : { monitor: monitor.id }),
  minimum_origins: 1,
  check_regions: ['WEU', 'ENAM'],
});

/** By the place of the check, as the documentation's example has it; the published types leave the places out. */
function healthOf({ id, healthy, disagree, origins }: CfPool) {
  const details = healthy
    ? { healthy, rtt: '12.1ms', failure_reason: 'No failures', response_code: 200 }
    : { healthy, rtt: '0s', failure_reason: 'TCP connection failed', response_code: 0 };
  const seen = origins.map(({ address }) => ({ [address]: details }));
  return {
    pool_id: id,
    pop_health: {
      'Amsterdam, NL': { healthy, origins: seen },
      'Newark, US': { healthy: disagree === true ? !healthy : healthy, origins: seen },
    },
  };
}
