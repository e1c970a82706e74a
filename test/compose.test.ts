import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

interface Service {
  image?: string;
  entrypoint?: string | string[];
  profiles?: string[];
  command?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  ports?: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
  restart?: string;
}
interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}

const root = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const parsed = (): Compose => parse(read('docker-compose.yml'), { merge: true }) as Compose;
const { services, secrets } = parsed();
const names = Object.keys(services);
const workers = names.filter((name) => /^(runbook|probe)-/.test(name));

const accepts = new Ajv2020({ strict: false, allErrors: true });
addFormats(accepts, ['duration']);
accepts.addFormat('expose', /^\d{1,5}(?:-\d{1,5})?(?:\/[a-zA-Z]+)?$/);
accepts.addFormat('ports', /^.+$/);
accepts.addFormat('subnet_ip_address', /^.+$/);
const schema = JSON.parse(read('test/fixtures/compose-spec/compose-spec.json')) as object;
const valid = accepts.compile(schema);
const problems = (compose: unknown): string[] =>
  valid(compose) ? [] : (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);

describe('docker-compose.yml', () => {
  it('tells each runbook worker how many there are', () => {
    const runbooks = names.filter((name) => name.startsWith('runbook-'));
    for (const name of runbooks)
      expect(services[name]?.environment?.['HANDOVER_RUNBOOK_WORKERS']).toBe(String(runbooks.length));
  });

  it('follows the schema of the Compose Specification', () => {
    expect(problems(parsed())).toEqual([]);
  });

  it.each([
    ['a misspelt key', { restrat: 'always' }],
    ['a port that is no port', { ports: [{ target: [] }] }],
    ['a health check without a test', { healthcheck: { test: 7 } }],
  ])('would be refused by that schema for %s', (_what, change) => {
    const compose = parsed();
    Object.assign(compose.services.ui!, change);
    expect(problems(compose)).not.toEqual([]);
  });

  it('has two runbook workers and a probe worker for each of three vantages', () => {
    expect(workers).toEqual(['runbook-1', 'runbook-2', 'probe-north', 'probe-east', 'probe-west']);
  });

  it.each(names)('pins the image of %s to a version', (name) => {
    expect(services[name]!.image).toMatch(/^[\w./-]+:\d+\.\d+[\w.-]*$/);
  });

  it('runs one and the same version of the server and of the tools that make its schema', () => {
    const versions = ['temporal', 'schema', 'namespace'].map((name) => services[name]!.image!.split(':')[1]);
    expect(new Set(versions).size).toBe(1);
  });

  it('publishes ports on the loopback only', () => {
    const ports = names.flatMap((name) => services[name]!.ports ?? []);
    expect(ports).not.toEqual([]);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it.each(names)('starts %s again after a failure', (name) => {
    expect(services[name]!.restart).toMatch(/^(unless-stopped|on-failure:\d+)$/);
  });

  it.each(names.filter((name) => !['schema', 'namespace'].includes(name)))('asks %s for its health', (name) => {
    expect(services[name]!.healthcheck?.test[0]).toBe('CMD');
  });

  it.each(workers)('asks Temporal whether %s polls its own queue', (name) => {
    const [role, vantage] = name.split('-');
    const queue = role === 'probe' ? `probe/${vantage ?? ''}` : 'handover';
    expect(services[name]!.healthcheck?.test).toEqual(['CMD', 'node', 'deploy/polls.mjs', queue]);
    expect(services[name]!.command).toEqual(
      role === 'probe' ? ['--role', role, '--vantage', vantage] : ['--role', role],
    );
  });
});

describe('secrets in docker-compose.yml', () => {
  it('come from files, each listed once and each used', () => {
    const used = new Set(names.flatMap((name) => services[name]!.secrets ?? []));
    expect([...used].sort()).toEqual(Object.keys(secrets).sort());
    expect(Object.entries(secrets).filter(([name, { file }]) => file !== `./secrets/${name}`)).toEqual([]);
  });

  it('are in no environment: a name that sounds like a secret may only lead to a file', () => {
    const suspicious = names.flatMap((name) =>
      Object.entries(services[name]!.environment ?? {}).filter(
        ([key, value]) => /pass|pwd|secret|token|key/i.test(key) && !value.startsWith('/run/secrets/'),
      ),
    );
    expect(suspicious).toEqual([]);
  });

  it('give a probe worker nothing but the key of its own canary item', () => {
    for (const vantage of ['north', 'east', 'west'])
      expect(services[`probe-${vantage}`]!.secrets).toEqual([`table-${vantage}`]);
  });
});

test('the receiver of alarms, to which anybody may talk, holds secrets of alarms alone', () => {
  expect(services['alarms']!.secrets!.filter((name) => !name.startsWith('alarm-'))).toEqual([]);
});

describe('the files that the images and services name', () => {
  it('exist where docker-compose.yml mounts or runs them', () => {
    const text = read('docker-compose.yml') + read('Dockerfile');
    const files = [...text.matchAll(/\/?(deploy\/[\w.-]+\.(?:sh|mjs|yaml))/g)].map((match) => match[1]!);
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('include the source of the program that the image starts', () => {
    const program = /ENTRYPOINT \[.*"dist\/(.+)\.js"\]/.exec(read('Dockerfile'))?.[1];
    expect(program).toBe('src/worker');
    expect(existsSync(join(root, `${program!}.ts`))).toBe(true);
  });

  it('include the program of the receiver of alarms, which starts only when it is asked for', () => {
    const { entrypoint = [], profiles } = services['alarms']!;
    expect(existsSync(join(root, entrypoint.at(-1)!.replace(/^dist\/(.+)\.js$/, '$1.ts')))).toBe(true);
    expect(profiles).toEqual(['alarms']);
  });

  it('are let into the build by .dockerignore', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .map((line) => line.replace(/^!/, ''));
    const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
      match[1]!.split(' '),
    );
    expect(copied.filter((path) => !allowed.includes(path))).toEqual([]);
  });

  it('let the image run as somebody other than root', () => {
    expect(read('Dockerfile')).toMatch(/^USER node$/m);
  });
});
