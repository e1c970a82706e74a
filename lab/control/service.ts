import { callSocket, CallRefused } from './socket';

/** `/srv/bin/service NAME VERB`: calls the daemon. Exit code 0 on success, 3 for `status` of a stopped server. A paused server counts as running: it may resume at any time. */
async function main(service: string | undefined, verb: string | undefined): Promise<number> {
  try {
    const body = { service, verb };
    const answer = await callSocket('/srv/run/supervisor.sock', { method: 'POST', path: '/', body, timeout: 90_000 });
    const { state, pid } = answer as { state: string; pid?: number };
    console.log(pid !== undefined && state !== 'ended' ? `${state} ${pid}` : state);
    return verb === 'status' && state !== 'running' && state !== 'paused' ? 3 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof CallRefused && error.status === 400 ? 2 : 1;
  }
}

void main(process.argv[2], process.argv[3]).then((code) => (process.exitCode = code));
