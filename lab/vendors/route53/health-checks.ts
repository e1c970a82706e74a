/** The call on health checks. */
import type { FakeReply } from '../kit/routes';
import type { Route53Route } from './access';
import { element, failedAs, xml } from './replies';

/** Configurations of health checks by their id, such as `{ Type: 'HTTPS', ResourcePath: '/serving' }`. */
export type HealthChecks = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function healthCheckRoutes(path: string, checks: HealthChecks): Route53Route[] {
  return [
    {
      method: 'GET',
      path: `${path}/healthcheck/:id`,
      action: 'GetHealthCheck',
      answer: ({ params: { id = '' } }) => show(checks, id),
    },
  ];
}

function show(checks: HealthChecks, id: string): FakeReply {
  const config = checks[id];
  if (config === undefined) return failedAs(404, 'NoSuchHealthCheck', `A health check with id ${id} does not exist.`);
  const fields = Object.entries({ RequestInterval: '10', FailureThreshold: '3', Inverted: 'false', ...config });
  const shown = `<HealthCheckConfig>${fields.map(([name, value]) => element(name, value)).join('')}</HealthCheckConfig>`;
  const rest = element('CallerReference', id) + element('HealthCheckVersion', '1');
  const whole = `<HealthCheck>${element('Id', id)}${rest}${shown}</HealthCheck>`;
  return xml(200, `<GetHealthCheckResponse>${whole}</GetHealthCheckResponse>`);
}
