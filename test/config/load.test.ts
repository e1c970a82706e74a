import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { channels } from '../../src/providers/alerts';
import { dnsProviders } from '../../src/providers/dns';
import { loadSite, readSite, siteNames } from '../../src/config/load';
import { lab, labFile, problemsAfter, problemsOf, value, type Tree } from './lab-site';

describe('the lab', () => {
  test("the lab's site file loads with durations in milliseconds and secrets as references", async () => {
    const site = await loadSite('lab', { sitesDir: join(labFile, '..') });
    expect(site.policy).toMatchObject({ windowMs: 60_000, cooldownMs: 3_600_000, batchMs: 120_000 });
    expect(site.regions.A?.database).toMatchObject({ kind: 'mariadb', port: 3306, password: 'file:db-runbook' });
    expect(site.faultInjector).toBe('lab');
  });

  test('every kind of alert channel is valid, with its defaults', () => {
    const alerts = [
      { kind: 'log' },
      { kind: 'slack', url: 'env:SLACK_URL' },
      { kind: 'pagerduty', routingKey: 'file:pagerduty-key' },
      { kind: 'webhook', url: 'https://alerts.example/hook', secret: 'file:hook' },
    ];
    const site = readSite(stringify({ ...(parse(lab) as Tree), alerts }), 'lab');
    expect(site.alerts[2]).toMatchObject({ source: 'handover', url: 'https://events.pagerduty.com' });
    for (const { kind } of site.alerts) expect(channels.map((channel) => channel.kind)).toContain(kind);
    for (const options of site.alerts)
      expect(channels.find(({ kind }) => kind === options.kind)?.options.safeParse(options).success).toBe(true);
  });

  test('a loaded site is deeply frozen', () => {
    const site = readSite(lab, 'lab');
    expect(() => Object.assign(site.policy, { windowMs: 1 })).toThrow(TypeError);
    expect(() => Object.assign(site.regions.A?.database ?? {}, { port: 1 })).toThrow(TypeError);
  });

  test('the hash of a site depends on its content, not on the order of keys or the unit of a duration', () => {
    const { site, ...rest } = parse(lab) as Tree;
    const turned = stringify({ ...rest, site }).replace('cooldown: 1h', 'cooldown: 60m');
    expect(readSite(turned, 'lab').hash).toBe(readSite(lab, 'lab').hash);
    expect(readSite(lab.replace('idGap: 1000', 'idGap: 1001'), 'lab').hash).not.toBe(readSite(lab, 'lab').hash);
  });
});

describe('fields', () => {
  type Case = [string, (site: Tree) => unknown, string];
  const cases: Case[] = [
    [
      'a missing field',
      (s) => delete s.regions!.A!.database!.port,
      'regions.A.database.port is missing; it must be a whole number from 1 to 65535, for example 3306',
    ],
    [
      'a database on its host without services',
      (s) => delete s.regions!.A!.services,
      'regions.A.services is missing; it must be a mapping of fields',
    ],
    [
      'services that are no block',
      (s) => (s.regions!.A!.services = value('mariadb')),
      'regions.A.services is wrong; it must be a mapping of fields',
    ],
    [
      'a port in words',
      (s) => (s.regions!.A!.database!.port = value('abc')),
      'regions.A.database.port is wrong; it must be a whole number from 1 to 65535, for example 3306',
    ],
    [
      'a port above 65535',
      (s) => (s.regions!.A!.database!.port = value(65_536)),
      'regions.A.database.port is wrong; it must be a whole number from 1 to 65535, for example 3306',
    ],
    [
      'infinity',
      (s) => (s.shop!.idGap = value(Infinity)),
      'shop.idGap is wrong; it must be a whole number from 1 to 1000000000, for example 1000',
    ],
    [
      'a duration without its unit',
      (s) => (s.policy!.window = value(60)),
      'policy.window is wrong; it must be a non-negative duration with a unit (ms, s, m, h or d), for example 60s',
    ],
    [
      'a negative duration',
      (s) => (s.policy!.window = value('-60s')),
      'policy.window is wrong; it must be a non-negative duration with a unit (ms, s, m, h or d), for example 60s',
    ],
    ['an unknown key', (s) => (s.dns!.ttl = value(5)), 'dns.ttl is not a known field; remove it or check its spelling'],
    [
      'an unknown kind',
      (s) => (s.dns!.provider!.kind = value('bind')),
      `dns.provider.kind is wrong; it must be ${dnsProviders.map(({ kind }) => kind).join(' or ')}`,
    ],
    [
      'a share above one',
      (s) => (s.policy!.downShare = value(80)),
      'policy.downShare is wrong; it must be a number above 0 and at most 1, for example 0.8',
    ],
    ['a list that is a text', (s) => (s.alerts = value('none')), 'alerts is wrong; it must be a list, for example []'],
    [
      'a TTL above five minutes',
      (s) => (s.dns!.ttlSeconds = value(3600)),
      'dns.ttlSeconds is wrong; it must be a whole number from 1 to 300, for example 60',
    ],
    [
      'a TTL of zero',
      (s) => (s.dns!.ttlSeconds = value(0)),
      'dns.ttlSeconds is wrong; it must be a whole number from 1 to 300, for example 60',
    ],
    [
      'a single control target',
      (s) => (s.controlTargets = value(['198.18.0.101:80'])),
      'controlTargets is wrong; it must be at least two HOST:PORT, for example [198.18.0.101:80, 198.18.0.102:80]',
    ],
    ...['www.sh\u00f6p.test.', 'www.shop.test', '.www.shop.test.'].map((name): Case => [
      `the name ${name}`,
      (s) => (s.dns!.records![0]!.name = value(name)),
      'dns.records[0].name is wrong; it must be a full DNS name with a trailing dot, in xn-- form if it is internationalized, for example www.shop.test.',
    ]),
    [
      'a password in a URL',
      (s) => (s.dns!.provider!.url = value('http://me:pw@198.18.0.53')),
      'dns.provider.url is wrong; it must be an http or https URL without user name and password, for example http://198.18.0.53:8081',
    ],
  ];
  test.each(cases)('%s is reported with its path and an example', (_, change, sentence) => {
    expect(problemsAfter(change)).toEqual([sentence]);
  });

  test('a secret written into the site file is an error that does not show it', () => {
    const source = lab.replaceAll('file:db-runbook', 'correct-horse-battery');
    const problems = problemsOf(source);
    expect(problems).toHaveLength(2);
    expect(problems[0]).toBe(
      'regions.A.database.password is wrong; it must be a reference to a secret, env:NAME or file:NAME, never the secret itself, for example file:db-runbook',
    );
    expect(problems.join()).not.toContain('horse');
  });

  test('a vantage with an invalid name is reported with an example', () => {
    const problems = problemsAfter((s) => (s.vantages!['north 1'] = structuredClone(s.vantages!.north!)));
    expect(problems).toEqual([
      'vantages.north 1 has an invalid name; it must be a name of letters, digits and dashes, for example north',
    ]);
  });

  test('all problems are reported at once, of single fields and across fields', () => {
    const problems = problemsAfter((s) => {
      s.home = value('C');
      s.regions!.A!.database!.port = value('abc');
      s.policy!.interval = value(10);
      s.policy!.cooldown = value('1m');
      s.vantages!.west!.near = value('Mars');
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'regions.A.database.port',
      'policy.interval',
      'home',
      'vantages.west.near',
      'policy.cooldown',
    ]);
  });
});

/** Puts the shop behind a load balancer, with the same record values in every region. */
function pooled(site: Tree, over: object = {}): void {
  value(site.dns!.records)[0]!.values = value({ A: ['192.0.2.104'], B: ['192.0.2.104'] });
  const pools = { A: 'region-a', B: 'region-b' };
  const traffic = { kind: 'cloudflare-pools', zone: 'shop.test.', balancer: 'www.shop.test', token: 'file:cf', pools };
  site.traffic = value({ ...traffic, ...over });
}

test('a shop behind a load balancer is valid with the same record values in every region', () => {
  expect(problemsAfter((site) => pooled(site))).toEqual([]);
});

describe('rules across fields', () => {
  type Case = [string, (site: Tree) => unknown, string];
  const cases: Case[] = [
    [
      'a home that is not a region',
      (s) => (s.home = value('C')),
      'home is not a region of this file; it must be one of A, B',
    ],
    [
      'two vantages',
      (s) => delete s.vantages!.east,
      'vantages must contain at least 3 in different networks, for example north, east and west; there are 2. With fewer, the failure of one vantage leaves too few to decide',
    ],
    [
      'a vantage near home',
      (s) => (s.vantages!.west!.near = value('A')),
      'vantages.west.near is the home region, so its loss would also take out the vantage; for example none or B',
    ],
    [
      'more eligible vantages than there are',
      (s) => (s.policy!.minEligible = value(4)),
      'policy.minEligible is larger than the number of vantages; it must be from 2 to 3, for example 2',
    ],
    [
      'a window that is shorter than a restart',
      (s) => Object.assign(s.policy!, { window: '15s', interval: '5s' }),
      'policy.window must be at least 10 times policy.suspectInterval (20s), for example 1m',
    ],
    [
      'a short cool-down',
      (s) => (s.policy!.cooldown = value('9m')),
      'policy.cooldown must be at least 10 times policy.window (10m), for example 1h',
    ],
    [
      'a probe timeout that makes probes overlap',
      (s) => (s.policy!.probeTimeout = value('4s')),
      'policy.probeTimeout must be less than 2 times policy.suspectInterval (4s), for example 3s',
    ],
    [
      'a majority delay that is too short',
      (s) => (s.policy!.majorityAfter = value('2m')),
      'policy.majorityAfter must be at least 3 times policy.window (3m), for example 5m',
    ],
    [
      'votes that expire before the next report',
      (s) => (s.policy!.voteMaxAge = value('120s')),
      'policy.voteMaxAge must be at least 1.25 times policy.batch (150s), for example 3m',
    ],
    [
      'a record outside the zone',
      (s) => (s.dns!.provider!.zone = value('other.test.')),
      'dns.records[0].name is not in the zone other.test.; for example www.other.test.',
    ],
    [
      'a region without a value',
      (s) => delete value(s.dns!.records)[0]!.values!.B,
      'dns.records[0].values.B is missing; every region needs values, for example [198.51.100.10]',
    ],
    [
      'a name in place of an address',
      (s) => (value(s.dns!.records)[0]!.values!.B = value(['b.shop.test.'])),
      'dns.records[0].values.B contains a value that is not valid for type A; for example [198.51.100.10]',
    ],
    [
      'an alias at a provider without aliases',
      (s) => (value(s.dns!.records)[0]!.values = value({ A: ['alias a.shop.test.'], B: ['alias b.shop.test.'] })),
      'dns.records[0].values contains an alias, which PowerDNS does not support; set addresses for each region, for example [198.51.100.10]',
    ],
    ...(
      [
        [
          'an alias next to addresses',
          { A: ['alias a.shop.test.'], B: ['203.0.113.10'] },
          'must be one alias per region',
        ],
        [
          'two aliases for a region',
          { A: ['alias a.shop.test.', 'alias c.shop.test.'], B: ['alias b.shop.test.'] },
          'must be one alias per region',
        ],
        [
          'an alias to a name outside the zone',
          { A: ['alias a.shop.test.'], B: ['alias b.other.test.'] },
          'contains an alias whose target is not another name in the zone',
        ],
        [
          'an alias to itself',
          { A: ['alias www.shop.test.'], B: ['alias b.shop.test.'] },
          'contains an alias whose target is not another name in the zone',
        ],
        [
          'an alias without a trailing dot',
          { A: ['alias a.shop.test'], B: ['alias b.shop.test.'] },
          'contains an alias whose target is not another name in the zone',
        ],
      ] as const
    ).map(([what, values, words]): Case => [
      what,
      (s) => {
        s.dns!.provider = value({ kind: 'route53', zone: 'shop.test.', key: 'file:route53-key' });
        value(s.dns!.records)[0]!.values = value(values);
      },
      expect.stringContaining(`dns.records[0].values ${words}`) as string,
    ]),
    [
      'records without the name of the shop',
      (s) => (value(s.dns!.records)[0]!.name = value('api.shop.test.')),
      'dns.records contains no record for shop.name; for example one with name: www.shop.test.',
    ],
    [
      'a table region without an endpoint',
      (s) => delete s.table!.endpoints!['lab-b'],
      'regions.B.tableRegion has no entry in table.endpoints; it must be one of lab-a',
    ],
    [
      'sessions and cache in the same Redis database',
      (s) => (s.regions!.A!.sessions!.cacheDb = value(0)),
      'regions.A.sessions.cacheDb is the same as sessionsDb, so flushing the cache would delete the sessions; for example 1, with sessionsDb: 0',
    ],
    [
      'a control target in a region',
      (s) => (s.controlTargets = value(['198.51.100.10:80', '198.18.0.102:80'])),
      'controlTargets[0] is in a region; it must be outside both regions, for example a public resolver',
    ],
    [
      'a record with the same values in every region',
      (s) => (value(s.dns!.records)[0]!.values!.B = value(['198.51.100.10'])),
      'dns.records[0].values are the same in every region, so changing the record would move no customers; set different values for each region, for example A: [198.51.100.10] and B: [203.0.113.10], or configure traffic',
    ],
    [
      'a traffic switch without one of the regions',
      (s) => pooled(s, { pools: { A: 'region-a' } }),
      'traffic.pools.B is missing; every region needs a value',
    ],
    [
      'a traffic switch with an unknown region',
      (s) => pooled(s, { pools: { A: 'region-a', B: 'region-b', C: 'region-c' } }),
      'traffic.pools.C is not a region of this file; it must be one of A, B',
    ],
    [
      'one pool for both regions',
      (s) => pooled(s, { pools: { A: 'region-a', B: 'region-a' } }),
      'traffic.pools has the same value for two regions; each region needs a different one',
    ],
    [
      'a record that a load balancer overrides',
      (s) => {
        pooled(s);
        value(s.dns!.records)[0]!.values!.B = value(['203.0.113.10']);
      },
      'dns.records[0].values differ between regions, but the load balancer www.shop.test (traffic.balancer) overrides this name; set the same values for every region',
    ],
    [
      'a site with another name than its file',
      (s) => (s.site = value('shop')),
      'site must be the same as the file name; for example lab',
    ],
  ];
  test.each(cases)('%s is an invalid site file', (_, change, sentence) => {
    expect(problemsAfter(change)).toEqual([sentence]);
  });

  test('a site file with a third region is invalid', () => {
    const problems = problemsAfter(
      (s) => (s.regions!.C = { ...structuredClone(s.regions!.B!), address: value('192.0.2.9') }),
    );
    expect(problems).toContain('regions must contain exactly two regions, for example A and B; there are 3');
  });
});

describe('malicious or broken YAML', () => {
  const bomb = ['a: &a [x, x]', 'b: &b [*a, *a]', 'c: [*b, *b]'].join('\n');
  const cases: [string, string, string][] = [
    ['a duplicate key', `${lab}\nhome: B\n`, 'has a duplicate key'],
    ['an anchor', bomb, 'uses an anchor (&name), which is not allowed; write the content out, line 1'],
    ['an alias', bomb, 'uses an alias (*name), which is not allowed; write the content out, line 2'],
    ['__proto__', `${lab}\n__proto__: { polluted: true }\n`, 'uses the reserved key __proto__'],
    ['a tag', 'site: !!js/function x', 'is not valid YAML (TAG_RESOLVE_FAILED), line 1'],
    ['deep nesting', '['.repeat(10_000), 'is not valid YAML'],
    ['a huge file', 'x'.repeat(70_000), 'is larger than 64 KB'],
    ['an empty file', '', 'must be a mapping of fields'],
    ['a list', '- a', 'must be a mapping of fields'],
    ['two documents', `${lab}\n---\n${lab}`, 'is not valid YAML (MULTIPLE_DOCS)'],
  ];
  test.each(cases)('a site file with %s is invalid, with our own message', (_, source, words) => {
    expect(problemsOf(source).join('\n')).toContain(words);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('an invalid line with a secret is not shown', () => {
    expect(problemsOf('password: "hunter2\nsite: [hunter3').join('\n')).not.toMatch(/hunter/);
  });

  test('a byte-order mark and Windows line endings do not change the hash of a site', () => {
    expect(readSite(`\uFEFF${lab.replaceAll('\n', '\r\n')}`, 'lab').hash).toBe(readSite(lab, 'lab').hash);
  });
});

describe('site names', () => {
  test.each(['shop', '../sites/lab', '__proto__', ''])(
    'the site name %j is unknown, and the error lists the known sites',
    async (name) => {
      await expect(loadSite(name, { sitesDir: join(labFile, '..') })).rejects.toThrow(
        /site is unknown; known sites are example, example-mysql, lab/,
      );
    },
  );

  test('loading a site from an empty directory is an error that says so', async () => {
    const sitesDir = await mkdtemp(join(tmpdir(), 'sites-'));
    await expect(loadSite('lab', { sitesDir })).rejects.toThrow(/contains no site files/);
    await writeFile(join(sitesDir, 'lab.yaml'), lab);
    expect(await siteNames(sitesDir)).toEqual(['lab']);
    expect((await loadSite('lab', { sitesDir })).site).toBe('lab');
    await rm(sitesDir, { recursive: true });
  });
});
