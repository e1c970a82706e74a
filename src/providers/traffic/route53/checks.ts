/**
 * Route 53's own health checks of the regions, by which it moves customers itself. They are read to find flaws, and never changed; a move asks
 * nothing of this API. Facts are from AWS's reference of HealthCheckConfig, read 2026-11.
 */
import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import { PortError } from '../../../ports/errors';
import { openHttp, type HttpClient } from '../../http/client';
import type { HttpAnswer } from '../../http/answer';
import { httpError } from '../../http/answers';
import { healthCheckFlaw } from '../switch';

const who = 'Route 53';
const timeoutMs = 5_000;

export interface CheckedRegions {
  url: string;
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, and `:SESSION_TOKEN` for a temporary one. */
  key: string;
  /** Of each region the id of the health check that asks it. */
  ids: Readonly<Record<string, string>>;
  /** The path that it must ask. */
  serving: string;
}

/** What is wrong with each region's health check, and what to change. @throws PortError as `refuse` says; garbage when it can't be read. */
export async function flawsOfChecks({ url, key, ids, serving }: CheckedRegions): Promise<string[]> {
  const http = openHttp({ who, baseUrl: new URL(url).origin, secrets: key.split(':'), timeoutMs });
  try {
    const flaws: string[] = [];
    for (const [region, id] of Object.entries(ids))
      flaws.push(...flawsIn(region, await configOf(http, { url, key, region, id }), serving));
    return flaws;
  } finally {
    http.close();
  }
}

function flawsIn(region: string, { Type, ResourcePath, Inverted, Disabled }: HealthCheckConfig, serving: string) {
  const whose = `The health check of ${region} at ${who}`;
  if (!/^(HTTPS?(_STR_MATCH)?|TCP)$/.test(Type ?? ''))
    return [
      `${whose} is of the type ${Type ?? 'unknown'} and does not ask the region; name the one that asks it for ${serving}.`,
    ];
  const asks = { protocol: Type?.split('_')[0]?.toLowerCase(), path: ResourcePath };
  const reasons = [
    healthCheckFlaw(whose, asks, serving),
    Inverted === true && `${whose} is inverted, so a read-only standby looks healthy to it; do not invert it.`,
    Disabled === true && `${whose} is disabled, and so counts as healthy whatever the shop says; enable it.`,
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

interface Wanted extends Pick<CheckedRegions, 'url' | 'key'> {
  region: string;
  id: string;
}

async function configOf(http: HttpClient, { url, key, region, id }: Wanted): Promise<HealthCheckConfig> {
  const [accessKeyId = '', secretAccessKey = '', sessionToken] = key.split(':');
  if (accessKeyId === '' || secretAccessKey === '')
    throw new PortError('refused', 'traffic.key is not of the form ACCESS_KEY_ID:SECRET_ACCESS_KEY.');
  const aws = await import('@aws-sdk/client-route-53');
  const client = new aws.Route53Client({
    endpoint: url,
    region: 'us-east-1',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    requestHandler: senderBy(http, region),
  });
  try {
    const { HealthCheck } = await client.send(new aws.GetHealthCheckCommand({ HealthCheckId: id }));
    if (HealthCheck?.HealthCheckConfig !== undefined) return HealthCheck.HealthCheckConfig;
  } catch (error) {
    if (error instanceof PortError) throw error;
  } finally {
    client.destroy();
  }
  throw new PortError('garbage', `The answer of ${who} on health check ${id} is not usable.`);
}

/** Sends what the client signed; whatever is no answer in good order is thrown past the client. */
function senderBy(http: HttpClient, region: string) {
  return {
    handle: async ({ path, headers }: { path: string; headers: Record<string, string> }) => {
      const { host: _host, ...sent } = headers;
      const answer = await http.ask({ path, headers: sent });
      refuse(answer, region);
      return { response: { statusCode: answer.status, headers: answer.headers, body: Buffer.from(answer.text) } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

/** Tells the code, and none of the words. @throws PortError unless `answer` is a health check; limits come as 400. */
function refuse(answer: HttpAnswer, region: string): void {
  if (answer.status >= 200 && answer.status <= 299) {
    if (answer.text.includes('<GetHealthCheckResponse')) return;
    throw new PortError('garbage', `${who} answered ${answer.status}, but with no health check.`);
  }
  const code = /<Code>(\w{1,80})<\/Code>/.exec(answer.text)?.[1];
  const { kind: meant, waitMs } = httpError(answer);
  const kind = /^(Throttl|RequestLimit|TooManyRequests)/.test(code ?? '') ? 'limited' : meant;
  const hint =
    kind === 'denied'
      ? ' Correct traffic.key, and allow route53:GetHealthCheck in its policy.'
      : kind === 'absent'
        ? ` Correct traffic.healthChecks.${region}.`
        : '';
  const because = `${who} answered ${answer.status}${code === undefined ? '' : `, ${code}`}.${hint}`;
  throw new PortError(kind, because, waitMs === undefined ? {} : { waitMs });
}
