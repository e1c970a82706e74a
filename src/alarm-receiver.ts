#!/usr/bin/env node
/** `npx handover-alarms`: takes alarms from CloudWatch through SNS, and signed ones of anybody, and tells the monitors of their sites. */
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { hostAndPort } from './fields/addresses';
import { resolveSecret } from './fields/secret-refs';
import { get, keptCertificates } from './providers/alarms/sns/calls';
import { healthOf } from './receiver/health';
import { logTo } from './receiver/log';
import { monitorsAt } from './receiver/monitors';
import { routesIn } from './receiver/routes';
import { alarmServer } from './receiver/server';
import { receiverOf } from './receiver/taking';

const usage = `npx handover-alarms [--listen HOST:PORT]
Takes alarms from outside over HTTP and tells the monitors of the sites that name them; see docs/alarms.md.
  --listen HOST:PORT  where it listens, without TLS; 127.0.0.1:8460 by default
It reads the site files in HANDOVER_SITES_DIR, secrets in HANDOVER_SECRETS_DIR, and finds Temporal as the CLI does.`;

/** @throws Error that says what to type */
function listenAt(given: string): { host: string; port: number } {
  const at = hostAndPort(given);
  if (at) return at;
  throw new Error(`--listen is "${given}", but must be HOST:PORT: for example --listen 127.0.0.1:8460`);
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: { listen: { type: 'string', default: '127.0.0.1:8460' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const at = listenAt(values.listen);
  const log = logTo(console.log, Date.now);
  const { connectionOptions, namespace } = loadClientConnectConfig();
  // Lazy: while Temporal can't be reached, senders are told to try again.
  const connection = Connection.lazy(connectionOptions);
  const monitors = monitorsAt(
    new Client({ connection, namespace: namespace ?? 'default', identity: 'handover-alarms' }),
    connection,
  );
  const routes = routesIn(process.env.HANDOVER_SITES_DIR ?? 'sites', log.say, Date.now);
  const receiver = receiverOf({
    ...{ routes, get, tell: monitors.tell, certificates: keptCertificates(get), now: Date.now },
    secret: (reference) => resolveSecret(reference),
  });
  const server = alarmServer(receiver, healthOf(monitors.ask, routes, log, Date.now), log);
  const { topics, signed } = await routes();
  server.on('error', failed);
  server.listen(at.port, at.host, () =>
    log.say(
      `Alarms are taken at ${values.listen}. In the site files: topics of SNS ${topics.size}, signed alarms ${signed.size}.`,
    ),
  );
  const stop = () => server.close(() => void connection.close());
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

function failed(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}

run().catch(failed);
