import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Place } from './place';

export interface Authority {
  file: string;
  pem: string;
  /** Makes a server certificate for `address` and gives the paths of certificate and key. */
  issue: (address: string) => { certificate: string; key: string };
}

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate authority of one test; it and what it signs are valid for `days`. */
export function authority(at: Place, name = 'ca', days = 2): Authority {
  const [file, caKey] = [at.path(`${name}.crt`), at.path(`${name}.key`)];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    String(days),
    '-subj',
    `/CN=test ${name}`,
    '-keyout',
    caKey,
    '-out',
    file,
  );
  const issued = new Map<string, { certificate: string; key: string }>();
  return {
    file,
    pem: readFileSync(file, 'utf8'),
    issue: (address) => {
      const before = issued.get(address);
      if (before) return before;
      const [certificate, key, request, extensions] = ['crt', 'key', 'csr', 'ext'].map((end) =>
        at.path(`${name}-${address}.${end}`),
      );
      if (!certificate || !key || !request || !extensions) throw new Error('four paths are needed');
      openssl('req', ...newKey, '-subj', `/CN=${address}`, '-keyout', key, '-out', request);
      writeFileSync(extensions, `subjectAltName=IP:${address}`);
      const signed = ['-CA', file, '-CAkey', caKey, '-CAcreateserial', '-days', String(days), '-extfile', extensions];
      openssl('x509', '-req', '-in', request, ...signed, '-out', certificate);
      issued.set(address, { certificate, key });
      return { certificate, key };
    },
  };
}
