import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { patienceMs } from '../../../lab/loopback/until';
import { place } from '../../../lab/loopback/place';

/** The results of DigitalOcean's own Python client against the API at `url`, from pydo-calls.py. It trusts `cert` only; pydo is in `folder`. */
export async function pydoResults(folder: string, url: string, token: string, cert: string): Promise<unknown> {
  const at = place();
  try {
    writeFileSync(at.path('ca.crt'), cert);
    const env = { ...process.env, PYTHONPATH: folder, REQUESTS_CA_BUNDLE: at.path('ca.crt') };
    const calls = [join(__dirname, 'pydo-calls.py'), url, token];
    const { stdout } = await promisify(execFile)('python3', calls, { env, timeout: patienceMs });
    return JSON.parse(stdout);
  } finally {
    at.remove();
  }
}
