/** The one way a starter reaches Temporal: the same environment variables and profile as the `temporal` CLI. */
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Refusal } from './refusal';

export interface Reach {
  client: Client;
  address: string;
  namespace: string;
  close: () => Promise<void>;
}

const defaultAddress = '127.0.0.1:7233';
const connectTimeoutMs = 5_000;

/** @throws Refusal that says where it looked, when Temporal does not answer there. */
export async function reachTemporal(): Promise<Reach> {
  const { connectionOptions, namespace: named } = loadClientConnectConfig();
  const address = connectionOptions.address ?? defaultAddress;
  const namespace = named ?? 'default';
  try {
    const connection = await Connection.connect({ ...connectionOptions, address, connectTimeout: connectTimeoutMs });
    return { client: new Client({ connection, namespace }), address, namespace, close: () => connection.close() };
  } catch (error) {
    throw new Refusal(unreachable(address, connectionOptions.tls !== undefined && connectionOptions.tls !== false), {
      cause: error,
    });
  }
}

/** A server that asks for a client certificate we do not show just hangs up, so the sentence names that possibility too. */
function unreachable(address: string, tls: boolean): string {
  const where = process.env.TEMPORAL_ADDRESS
    ? 'TEMPORAL_ADDRESS'
    : process.env.TEMPORAL_PROFILE
      ? 'TEMPORAL_PROFILE'
      : 'the default';
  return (
    `Temporal does not answer at ${address} (from ${where}), ${tls ? 'asked with TLS' : 'asked without TLS'}. ` +
    'Start it, or set TEMPORAL_ADDRESS; where it wants a client certificate set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH.'
  );
}
