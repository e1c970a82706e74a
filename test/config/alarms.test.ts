/** The alarms of a site file, and who may send them. */
import { parse, stringify } from 'yaml';
import { readSite } from '../../src/config/load';
import { lab, problemsAfter, value, type Tree } from './lab-site';

const topic = 'arn:aws:sns:us-east-1:123456789012:shop-alarms';
const cloudwatch = { kind: 'cloudwatch', topic, alarm: 'shop-A-health' };
const withAlarm = (alarm: object) => (site: Tree) => void (site['alarms'] = value({ own: { region: 'A', ...alarm } }));

test.each<[string, object]>([
  ['a signal alone', {}],
  ['CloudWatch', { source: cloudwatch }],
  ['whoever shares a secret', { source: { kind: 'signed', secrets: ['file:alarm-own'] } }],
  ['whoever shares one of two', { source: { kind: 'signed', secrets: ['file:alarm-own', 'env:NEXT'] } }],
])('an alarm may come from %s', (_who, alarm) => {
  expect(problemsAfter(withAlarm(alarm))).toEqual([]);
});

test('a site file that names no source means what it meant before', () => {
  const site = parse(lab) as Tree;
  withAlarm({})(site);
  expect(readSite(stringify(site), 'lab').alarms).toEqual({ own: { region: 'A', countsFor: 600_000 } });
});

const aList = 'it must be a list of one secret, or of two while it is changed, for example [file:alarm-uptime]';
const aTopic = 'it must be the ARN of an SNS topic, for example arn:aws:sns:us-east-1:123456789012:shop-alarms';
test.each<[string, object, string]>([
  ['another kind', { kind: 'pingdom' }, 'source.kind is wrong; it must be cloudwatch or signed'],
  ['no topic', { kind: 'cloudwatch', alarm: 'a' }, `source.topic is missing; ${aTopic}`],
  ['the ARN of a queue', { ...cloudwatch, topic: topic.replace('sns', 'sqs') }, `source.topic is wrong; ${aTopic}`],
  ['a region that is none', { ...cloudwatch, topic: topic.replace('us-', 's3-') }, `source.topic is wrong; ${aTopic}`],
  ['no secret', { kind: 'signed', secrets: [] }, `source.secrets is wrong; ${aList}`],
  ['three secrets', { kind: 'signed', secrets: ['env:A', 'env:B', 'env:C'] }, `source.secrets is wrong; ${aList}`],
  [
    'a secret in the file itself',
    { kind: 'signed', secrets: ['hunter2'] },
    'source.secrets[0] is wrong; it must be a reference to a secret, env:NAME or file:NAME, never the secret itself, for example file:alarm-uptime',
  ],
])('a source with %s is refused', (_what, source, problem) => {
  expect(problemsAfter(withAlarm({ source }))).toEqual([`alarms.own.${problem}`]);
});
