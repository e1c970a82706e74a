/** Connects the CLI to Temporal by the same environment variables and profile as the `temporal` CLI. */
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Refusal } from './refusal';

export interface TemporalConnection {
  client: Client;
  address: string;
  namespace: string;
  close: () => Promise<void>;
}

const defaultAddress = '127.0.0.1:7233';
const connectTimeoutMs = 5_000;

/** @throws Refusal with the address and where it came from, when Temporal does not answer there. */
export async function connectToTemporal(): Promise<TemporalConnection> {
  const { connectionOptions, namespace: named } = loadClientConnectConfig();
  const address = connectionOptions.address ?? defaultAddress;
  const namespace = named ?? 'default';
  try {
    const connection = await Connection.connect({ ...connectionOptions, address, connectTimeout: connectTimeoutMs });
    return { client: new Client({ connection, namespace }), address, namespace, close: () => connection.close() };
  } catch (error) {
    throw new Refusal(unreachable(address, connectionOptions.tls !== undefined && connectionOptions.tls !== false), {
      cause: error,
      outcome: 'no answer',
    });
  }
}

/** A server that requires a client certificate hangs up on a client without one, so the sentence names that possibility too. */
function unreachable(address: string, tls: boolean): string {
  const source = process.env.TEMPORAL_ADDRESS
    ? 'from TEMPORAL_ADDRESS'
    : process.env.TEMPORAL_PROFILE
      ? 'from TEMPORAL_PROFILE'
      : 'the default address';
  return (
    `Temporal does not answer at ${address} (${source}, ${tls ? 'with TLS' : 'without TLS'}). ` +
    'Start it, or set TEMPORAL_ADDRESS; if it requires a client certificate, set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH.'
  );
}
