/**
 * Route 53's own health checks of the regions, which let it move customers by itself. They are read to find flaws and never changed; a move
 * does not use this API. Facts are from AWS's reference of HealthCheckConfig, read 2026-11.
 */
import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import { PortError } from '../../../ports/errors';
import { openHttp, type HttpClient } from '../../http/client';
import type { HttpResponse } from '../../http/response';
import { httpError } from '../../http/read-response';
import { healthCheckFlaw } from '../switch';

const vendor = 'Route 53';
const timeoutMs = 5_000;

export interface HealthCheckOptions {
  url: string;
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, and `:SESSION_TOKEN` for a temporary one. */
  key: string;
  /** The id of each region's health check. */
  ids: Readonly<Record<string, string>>;
  /** The path that it must request. */
  serving: string;
}

/** The flaws of each region's health check, with what to change. @throws PortError as `requireHealthCheck`; garbage when it can't be parsed. */
export async function healthCheckFlaws({ url, key, ids, serving }: HealthCheckOptions): Promise<string[]> {
  const http = openHttp({ server: vendor, baseUrl: new URL(url).origin, secrets: key.split(':'), timeoutMs });
  try {
    const flaws: string[] = [];
    for (const [region, id] of Object.entries(ids))
      flaws.push(...configFlaws(region, await fetchConfig(http, { url, key, region, id }), serving));
    return flaws;
  } finally {
    http.close();
  }
}

function configFlaws(region: string, { Type, ResourcePath, Inverted, Disabled }: HealthCheckConfig, serving: string) {
  const check = `The health check of ${region} at ${vendor}`;
  if (!/^(HTTPS?(_STR_MATCH)?|TCP)$/.test(Type ?? ''))
    return [
      `${check} has the type ${Type ?? 'unknown'} and does not contact the region; set traffic.healthChecks.${region} to one that requests ${serving}.`,
    ];
  const request = { protocol: Type?.split('_')[0]?.toLowerCase(), path: ResourcePath };
  const reasons = [
    healthCheckFlaw(check, request, serving),
    Inverted === true && `${check} is inverted, so a read-only standby counts as healthy; turn inversion off.`,
    Disabled === true && `${check} is disabled, so it always counts as healthy; enable it.`,
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

interface HealthCheckRequest extends Pick<HealthCheckOptions, 'url' | 'key'> {
  region: string;
  id: string;
}

async function fetchConfig(http: HttpClient, { url, key, region, id }: HealthCheckRequest): Promise<HealthCheckConfig> {
  const [accessKeyId = '', secretAccessKey = '', sessionToken] = key.split(':');
  if (accessKeyId === '' || secretAccessKey === '')
    throw new PortError('refused', 'traffic.key must have the form ACCESS_KEY_ID:SECRET_ACCESS_KEY.');
  const aws = await import('@aws-sdk/client-route-53');
  const client = new aws.Route53Client({
    endpoint: url,
    region: 'us-east-1',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    requestHandler: requestHandler(http, region),
  });
  try {
    const { HealthCheck } = await client.send(new aws.GetHealthCheckCommand({ HealthCheckId: id }));
    if (HealthCheck?.HealthCheckConfig !== undefined) return HealthCheck.HealthCheckConfig;
  } catch (error) {
    if (error instanceof PortError) throw error;
  } finally {
    client.destroy();
  }
  throw new PortError('garbage', `The response of ${vendor} for health check ${id} is invalid.`);
}

/** Sends the signed request; errors are thrown past AWS's client. */
function requestHandler(http: HttpClient, region: string) {
  return {
    handle: async ({ path, headers }: { path: string; headers: Record<string, string> }) => {
      const { host: _host, ...sent } = headers;
      const response = await http.send({ path, headers: sent });
      requireHealthCheck(response, region);
      return { response: { statusCode: response.status, headers: response.headers, body: Buffer.from(response.text) } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

/** Errors contain the code only, not the message. Rate limits are returned as 400. @throws PortError unless `response` is a health check. */
function requireHealthCheck(response: HttpResponse, region: string): void {
  if (response.status >= 200 && response.status <= 299) {
    if (response.text.includes('<GetHealthCheckResponse')) return;
    throw new PortError('garbage', `${vendor} returned ${response.status} without a health check.`);
  }
  const code = /<Code>([A-Za-z]{1,80})<\/Code>/.exec(response.text)?.[1];
  const { kind: kindOfStatus, waitMs } = httpError(response);
  const kind = /^(Throttl|RequestLimit|TooManyRequests)/.test(code ?? '') ? 'limited' : kindOfStatus;
  const hint =
    kind === 'denied'
      ? ' Correct traffic.key, and allow route53:GetHealthCheck in its policy.'
      : kind === 'absent'
        ? ` Correct traffic.healthChecks.${region}.`
        : '';
  const because = `${vendor} returned ${response.status}${code === undefined ? '' : `, ${code}`}.${hint}`;
  throw new PortError(kind, because, waitMs === undefined ? {} : { waitMs });
}
