/** One region's endpoint of the table. A wrong, expired or throttled key has its own error: it says nothing about the table. */
import * as http from 'node:http';
import * as https from 'node:https';
import { DynamoDBClient, DynamoDBServiceException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { codeOf, connectionFailed } from '../http/connection-failed';
import { PortError } from '../../ports/errors';
import type { FailureKind } from '../../domain/failure';
import { idleMs } from '../http/client';
import type { Table } from '../../ports/ports';
import { plainWords } from '../http/plain-words';
import { redactor } from '../http/redact';

export interface DynamoDbOptions {
  /** Region of the endpoint, such as `eu-central-1`. */
  tableRegion: string;
  /** URL of the endpoint; AWS's own for the region when absent. */
  endpoint?: string;
  table: string;
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, and `:SESSION_TOKEN` for a temporary one. */
  key: string;
  /** Limit of a read or of a whole canary, including connecting; 3 s by default. */
  timeoutMs?: number;
}

/** Error names as listed in DynamoDB's pages "Error handling" and "Common errors" (2026-11); first the 400s that are not the table's fault. */
const failureKinds: readonly [FailureKind, RegExp][] = [
  [
    'denied',
    /^(AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|IncompleteSignature|SignatureDoesNotMatch)(Exception)?$/,
  ],
  [
    'denied',
    /^(MissingAuthenticationToken|InvalidClientTokenId|NotAuthorized|OptInRequired|Request(Expired|TimeTooSkewed))(Exception)?$/,
  ],
  [
    'limited',
    /^(ProvisionedThroughputExceeded|Throttling|ThrottledException|RequestLimitExceeded|TooManyRequests)(Exception)?$/,
  ],
  ['absent', /^ResourceNotFoundException$/],
  ['refused', /^(Validation|Serialization|UnknownOperation)(Exception)?$/],
];

/** The table's only key attribute is the string `pk`. @throws PortError denied, limited, absent, refused or unavailable. */
export function dynamodb(options: DynamoDbOptions): Table & { close: () => void } {
  const client = clientOf(options);
  const { table: TableName, timeoutMs = 3_000, tableRegion } = options;
  const server = `the table in ${tableRegion}`;
  const hide = redactor(options.key.split(':'));
  const read = async (key: string, limits: Limits) => {
    const command = new GetItemCommand({ TableName, Key: { pk: { S: key } }, ConsistentRead: true });
    return (await client.send(command, limits)).Item?.['nonce']?.S;
  };
  const write = async (key: string, nonce: string, epoch: number, limits: Limits) => {
    const facts = { nonce: { S: nonce }, epoch: { N: String(epoch) }, at: { S: new Date().toISOString() } };
    await client.send(new PutItemCommand({ TableName, Item: { pk: { S: key }, ...facts } }), limits);
  };
  const within = async <T>(send: (limits: Limits) => Promise<T>): Promise<T> => {
    const abortSignal = AbortSignal.timeout(timeoutMs);
    try {
      return await send({ abortSignal });
    } catch (error) {
      throw abortSignal.aborted
        ? connectionFailed(server, undefined, timeoutMs)
        : errorOf(error, server, hide, timeoutMs);
    }
  };
  return {
    read: (key) => within((limits) => read(key, limits)),
    canary: async (key, nonce, epoch) => {
      const started = performance.now();
      const found = await within((limits) => write(key, nonce, epoch, limits).then(() => read(key, limits)));
      if (found === nonce) return { ms: Math.round(performance.now() - started) };
      const instead = found === undefined ? 'nothing' : 'a different nonce';
      throw new PortError('garbage', `${capitalized(server)} stored the canary ${key} but returned ${instead}.`);
    },
    close: () => client.destroy(),
  };
}

interface Limits {
  abortSignal: AbortSignal;
}

function clientOf({ tableRegion, endpoint, key }: DynamoDbOptions): DynamoDBClient {
  const [accessKeyId, secretAccessKey, sessionToken] = key.split(':');
  if (accessKeyId === undefined || accessKeyId === '' || secretAccessKey === undefined || secretAccessKey === '') {
    throw new PortError(
      'refused',
      `The key for the table in ${tableRegion} must have the form ACCESS_KEY_ID:SECRET_ACCESS_KEY.`,
    );
  }
  const agent = { keepAlive: true, timeout: idleMs };
  return new DynamoDBClient({
    region: tableRegion,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    maxAttempts: 1,
    requestHandler: { httpAgent: new http.Agent(agent), httpsAgent: new https.Agent(agent) },
    ...(endpoint !== undefined && { endpoint }),
  });
}

const sdkError = z.object({ $metadata: z.object({ httpStatusCode: z.number() }) });

function errorOf(error: unknown, server: string, hide: (text: string) => string, timeoutMs: number): PortError {
  const parsed = sdkError.safeParse(error);
  if (!parsed.success) return connectionFailed(server, codeOf(error), timeoutMs);
  const status = parsed.data.$metadata.httpStatusCode;
  if (!(error instanceof DynamoDBServiceException)) {
    const kind = status >= 500 ? 'unavailable' : 'garbage';
    return new PortError(kind, `${capitalized(server)} returned ${status} without a valid DynamoDB response.`);
  }
  const { message } = error;
  const name = /^[A-Za-z]{1,60}$/.test(error.name) ? error.name : 'an error without a name';
  const kind = failureKinds.find(([, names]) => names.test(name))?.[0] ?? failureKindOf(status);
  return new PortError(
    kind,
    `${capitalized(server)} returned ${status}, ${name}: ${plainWords(hide(message)).slice(0, 200)}`,
  );
}

function failureKindOf(status: number): FailureKind {
  if (status === 401 || status === 403) return 'denied';
  if (status === 429) return 'limited';
  return status >= 400 && status < 500 ? 'refused' : 'unavailable';
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
