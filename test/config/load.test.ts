import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { channels } from '../../src/providers/alerts';
import { dnsProviders } from '../../src/providers/dns';
import { loadSite, readSite, siteNames } from '../../src/config/load';
import { lab, labFile, problemsAfter, problemsOf, value, type Tree } from './lab-site';

describe('the lab', () => {
  test('its site file is loaded, its durations are milliseconds and its secrets are still references', async () => {
    const site = await loadSite('lab', { sitesDir: join(labFile, '..') });
    expect(site.policy).toMatchObject({ windowMs: 60_000, cooldownMs: 3_600_000, batchMs: 120_000 });
    expect(site.regions.A?.database).toMatchObject({ kind: 'mariadb', port: 3306, password: 'file:db-runbook' });
    expect(site.faultInjector).toBe('lab');
  });

  test('every kind of alert channel is accepted, with its defaults', () => {
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

  test('a site is frozen to its leaves', () => {
    const site = readSite(lab, 'lab');
    expect(() => Object.assign(site.policy, { windowMs: 1 })).toThrow(TypeError);
    expect(() => Object.assign(site.regions.A?.database ?? {}, { port: 1 })).toThrow(TypeError);
  });

  test('the hash tells content, not layout: the order of keys and the way a duration is written change nothing', () => {
    const { site, ...rest } = parse(lab) as Tree;
    const turned = stringify({ ...rest, site }).replace('cooldown: 1h', 'cooldown: 60m');
    expect(readSite(turned, 'lab').hash).toBe(readSite(lab, 'lab').hash);
    expect(readSite(lab.replace('idGap: 1000', 'idGap: 1001'), 'lab').hash).not.toBe(readSite(lab, 'lab').hash);
  });
});

describe('a wrong field', () => {
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
      'regions.A.services is missing; it must be a block of fields',
    ],
    [
      'services that are no block',
      (s) => (s.regions!.A!.services = value('mariadb')),
      'regions.A.services is wrong; it must be a block of fields',
    ],
    [
      'a port in words',
      (s) => (s.regions!.A!.database!.port = value('abc')),
      'regions.A.database.port is wrong; it must be a whole number from 1 to 65535, for example 3306',
    ],
    [
      'a port beyond the last',
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
      'policy.window is wrong; it must be a duration with its unit (ms, s, m, h or d) and not negative, for example 60s',
    ],
    [
      'a negative duration',
      (s) => (s.policy!.window = value('-60s')),
      'policy.window is wrong; it must be a duration with its unit (ms, s, m, h or d) and not negative, for example 60s',
    ],
    ['an unknown key', (s) => (s.dns!.ttl = value(5)), 'dns.ttl is not a field here; remove it or check its spelling'],
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
    ['a list that is none', (s) => (s.alerts = value('none')), 'alerts is wrong; it must be a list, for example []'],
    [
      'a TTL beyond five minutes',
      (s) => (s.dns!.ttlSeconds = value(3600)),
      'dns.ttlSeconds is wrong; it must be a whole number from 1 to 300, for example 60',
    ],
    [
      'a TTL of nothing',
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
      'dns.records[0].name is wrong; it must be a full DNS name with a dot at its end, an international one in its xn-- form, for example www.shop.test.',
    ]),
    [
      'a password in an address',
      (s) => (s.dns!.provider!.url = value('http://me:pw@198.18.0.53')),
      'dns.provider.url is wrong; it must be an http or https address without user and password in it, for example http://198.18.0.53:8081',
    ],
  ];
  test.each(cases)('%s is refused with its path and an example', (_, change, sentence) => {
    expect(problemsAfter(change)).toEqual([sentence]);
  });

  test('a secret written into the file is refused and never repeated', () => {
    const source = lab.replaceAll('file:db-runbook', 'correct-horse-battery');
    const problems = problemsOf(source);
    expect(problems).toHaveLength(2);
    expect(problems[0]).toBe(
      'regions.A.database.password is wrong; it must be a reference to a secret, env:NAME or file:NAME, never the secret itself, for example file:db-runbook',
    );
    expect(problems.join()).not.toContain('horse');
  });

  test('every problem is told at once, those across fields beside those of a single one', () => {
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

/** The shop behind a load balancer, whose name stays. */
function pooled(site: Tree, over: object = {}): void {
  value(site.dns!.records)[0]!.values = value({ A: ['192.0.2.104'], B: ['192.0.2.104'] });
  const pools = { A: 'region-a', B: 'region-b' };
  const traffic = { kind: 'cloudflare-pools', zone: 'shop.test.', balancer: 'www.shop.test', token: 'file:cf', pools };
  site.traffic = value({ ...traffic, ...over });
}

test('a shop behind a load balancer is accepted, with its name as it is', () => {
  expect(problemsAfter((site) => pooled(site))).toEqual([]);
});

describe('fields that do not fit together', () => {
  type Case = [string, (site: Tree) => unknown, string];
  const cases: Case[] = [
    [
      'home that is no region',
      (s) => (s.home = value('C')),
      'home names no region of this file; it must be one of A, B',
    ],
    [
      'two vantages',
      (s) => delete s.vantages!.east,
      "vantages must be at least 3, in different networks, for example north, east and west; there are 2. With fewer, one vantage's own trouble leaves nobody to ask",
    ],
    [
      'a vantage near home',
      (s) => (s.vantages!.west!.near = value('A')),
      'vantages.west.near is the home region, whose loss would take the vantage with it; for example none or B',
    ],
    [
      'more eligible vantages than there are',
      (s) => (s.policy!.minEligible = value(4)),
      'policy.minEligible is more than there are vantages; it must be from 2 to 3, for example 2',
    ],
    [
      'a window that a restart would fill',
      (s) => Object.assign(s.policy!, { window: '15s', interval: '5s' }),
      'policy.window must be at least 10 times the suspectInterval (20s), for example 1m',
    ],
    [
      'a short cool-down',
      (s) => (s.policy!.cooldown = value('9m')),
      'policy.cooldown must be at least 10 times the window (10m), for example 1h',
    ],
    [
      'probes that pile up',
      (s) => (s.policy!.probeTimeout = value('4s')),
      'policy.probeTimeout must be less than 2 times the suspectInterval (4s), for example 3s',
    ],
    [
      'a hasty majority',
      (s) => (s.policy!.majorityAfter = value('2m')),
      'policy.majorityAfter must be at least 3 times the window (3m), for example 5m',
    ],
    [
      'votes that age faster than they are told',
      (s) => (s.policy!.voteMaxAge = value('120s')),
      'policy.voteMaxAge must be at least 1.25 times the batch (150s), for example 3m',
    ],
    [
      'a record outside its zone',
      (s) => (s.dns!.provider!.zone = value('other.test.')),
      'dns.records[0].name is not inside the zone other.test.; for example www.other.test.',
    ],
    [
      'a region without a value',
      (s) => delete value(s.dns!.records)[0]!.values!.B,
      'dns.records[0].values.B is missing; every region needs its values, for example [198.51.100.10]',
    ],
    [
      'a name where an address belongs',
      (s) => (value(s.dns!.records)[0]!.values!.B = value(['b.shop.test.'])),
      'dns.records[0].values.B holds what is no value of a A record; for example 198.51.100.10',
    ],
    [
      'an alias at a provider that has none',
      (s) => (value(s.dns!.records)[0]!.values = value({ A: ['alias a.shop.test.'], B: ['alias b.shop.test.'] })),
      'dns.records[0].values hold an alias, which PowerDNS has not; give each region its addresses, for example [198.51.100.10]',
    ],
    ...(
      [
        ['an alias beside addresses', { A: ['alias a.shop.test.'], B: ['203.0.113.10'] }, 'must be one alias in every'],
        [
          'two aliases of a region',
          { A: ['alias a.shop.test.', 'alias c.shop.test.'], B: ['alias b.shop.test.'] },
          'must be one alias in every',
        ],
        [
          'an alias out of the zone',
          { A: ['alias a.shop.test.'], B: ['alias b.other.test.'] },
          'hold an alias that does not lead to another name of the zone',
        ],
        [
          'an alias of itself',
          { A: ['alias www.shop.test.'], B: ['alias b.shop.test.'] },
          'hold an alias that does not lead to another name of the zone',
        ],
        [
          'an alias without its final dot',
          { A: ['alias a.shop.test'], B: ['alias b.shop.test.'] },
          'hold an alias that does not lead to another name of the zone',
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
      'records that leave the shop out',
      (s) => (value(s.dns!.records)[0]!.name = value('api.shop.test.')),
      "dns.records hold none for the shop's own name; for example one with name: www.shop.test.",
    ],
    [
      'a table region without endpoint',
      (s) => delete s.table!.endpoints!['lab-b'],
      'regions.B.tableRegion has no endpoint in table.endpoints, which knows lab-a',
    ],
    [
      'sessions in the cache',
      (s) => (s.regions!.A!.sessions!.cacheDb = value(0)),
      'regions.A.sessions.cacheDb is the database of the sessions, which flushing the cache would erase; for example 1, with sessionsDb: 0',
    ],
    [
      'a control in a region',
      (s) => (s.controlTargets = value(['198.51.100.10:80', '198.18.0.102:80'])),
      "controlTargets[0] is in a region; a control must share nobody's fate, for example a public resolver",
    ],
    [
      'a record that leads nowhere else',
      (s) => (value(s.dns!.records)[0]!.values!.B = value(['198.51.100.10'])),
      'dns.records[0].values are the same in every region, so moving the record would move nobody; give each region its own, or name the traffic switch that moves customers',
    ],
    [
      'a traffic switch that lacks a region',
      (s) => pooled(s, { pools: { A: 'region-a' } }),
      'traffic.pools.B is missing; every region of the site needs one',
    ],
    [
      'a traffic switch for another region',
      (s) => pooled(s, { pools: { A: 'region-a', B: 'region-b', C: 'region-c' } }),
      'traffic.pools.C names no region of this file; it must be one of A, B',
    ],
    [
      'one pool for both regions',
      (s) => pooled(s, { pools: { A: 'region-a', B: 'region-a' } }),
      'traffic.pools are the same for two regions, so nothing could tell where customers are sent',
    ],
    [
      'a record that a load balancer hides',
      (s) => {
        pooled(s);
        value(s.dns!.records)[0]!.values!.B = value(['203.0.113.10']);
      },
      'dns.records[0].values differ from region to region, but the load balancer www.shop.test of the traffic switch answers for this name; give every region the same values',
    ],
    ['a file of another name', (s) => (s.site = value('shop')), 'site must be the name of the file; for example lab'],
  ];
  test.each(cases)('%s is refused', (_, change, sentence) => {
    expect(problemsAfter(change)).toEqual([sentence]);
  });

  test('a third region is refused', () => {
    const problems = problemsAfter(
      (s) => (s.regions!.C = { ...structuredClone(s.regions!.B!), address: value('192.0.2.9') }),
    );
    expect(problems).toContain('regions must be exactly two regions for now, for example A and B; there are 3');
  });
});

describe('hostile or broken YAML', () => {
  const bomb = ['a: &a [x, x]', 'b: &b [*a, *a]', 'c: [*b, *b]'].join('\n');
  const cases: [string, string, string][] = [
    ['a key twice', `${lab}\nhome: B\n`, 'has the same key twice'],
    ['an anchor', bomb, 'uses an anchor (&name); write the block out, line 1'],
    ['an alias', bomb, 'uses an alias (*name); write the block out, line 2'],
    ['__proto__', `${lab}\n__proto__: { polluted: true }\n`, "has a key that can't be used (__proto__)"],
    ['a tag', 'site: !!js/function x', 'is not valid YAML (TAG_RESOLVE_FAILED), line 1'],
    ['deep nesting', '['.repeat(10_000), 'is not valid YAML'],
    ['a huge file', 'x'.repeat(70_000), 'is larger than 64 KB'],
    ['an empty file', '', 'must be a block of fields'],
    ['a list', '- a', 'must be a block of fields'],
    ['two documents', `${lab}\n---\n${lab}`, 'is not valid YAML (MULTIPLE_DOCS)'],
  ];
  test.each(cases)('%s is refused in own words', (_, source, words) => {
    expect(problemsOf(source).join('\n')).toContain(words);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a broken line that holds a secret is not repeated', () => {
    expect(problemsOf('password: "hunter2\nsite: [hunter3').join('\n')).not.toMatch(/hunter/);
  });

  test('a byte-order mark and Windows line ends change nothing', () => {
    expect(readSite(`\uFEFF${lab.replaceAll('\n', '\r\n')}`, 'lab').hash).toBe(readSite(lab, 'lab').hash);
  });
});

describe('looking a site up by name', () => {
  test.each(['shop', '../sites/lab', '__proto__', ''])('%j is unknown, and the known ones are listed', async (name) => {
    await expect(loadSite(name, { sitesDir: join(labFile, '..') })).rejects.toThrow(
      /site is unknown; known sites are lab/,
    );
  });

  test('a directory without sites says so', async () => {
    const sitesDir = await mkdtemp(join(tmpdir(), 'sites-'));
    await expect(loadSite('lab', { sitesDir })).rejects.toThrow(/holds no site files/);
    await writeFile(join(sitesDir, 'lab.yaml'), lab);
    expect(await siteNames(sitesDir)).toEqual(['lab']);
    expect((await loadSite('lab', { sitesDir })).site).toBe('lab');
    await rm(sitesDir, { recursive: true });
  });
});
