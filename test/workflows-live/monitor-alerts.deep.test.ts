/** What a monitor hands over to be told, on a real Temporal server: again where it was not taken, its end, and that it cannot judge or read. */
import { ApplicationFailure } from '@temporalio/activity';
import { runbookActivities } from '../../src/activities';
import type { RunbookActivities } from '../../src/contract/activities';
import { until } from '../../lab/loopback/until';
import type { Alert } from '../../src/domain/alert';
import { readDetails } from '../../src/starters/details';
import { bundle } from './server';
import { Stage } from './stage';

let stage: Stage;
const refused: Alert[] = [];
const taken: (Alert & { site: string })[] = [];
/** Sites whose verdict cannot be computed, or whose file cannot be read. */
const broken = new Set<string>();
const wrong = (site: string) =>
  broken.has(site)
    ? Promise.reject(ApplicationFailure.nonRetryable(`The site ${site} has 1 problem.`, 'InvalidInput'))
    : undefined;

beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
  const notify = (site: string, alert: Alert): Promise<void> => {
    if (site === 'unheard' && refused.length < 3) {
      refused.push(alert);
      return Promise.reject(new Error('Temporal did not take it.'));
    }
    taken.push({ ...alert, site });
    return Promise.resolve();
  };
  const real = runbookActivities((site) => Promise.resolve(stage.ground(site))) as RunbookActivities;
  await stage.workOnRunbooks(await bundle(), {
    notify,
    decide: (...asked: Parameters<typeof real.decide>) => wrong(asked[0].site) ?? real.decide(...asked),
    briefing: (site: string) => wrong(site) ?? real.briefing(site),
  });
});
afterAll(() => stage.close());

const told = (site: string) => taken.filter((each) => each.site === site);
const watched = async (site: string) => {
  const live = stage.newSite(site);
  const monitor = await stage.start('monitor', site);
  await until('all is well', async () => /: healthy\./.test(await readDetails(monitor)));
  return { live, monitor };
};

test('is handed over by the next decision, and its end when it is over', async () => {
  const { live } = await watched('unheard');
  live.world.linkCut = true;
  await until('Temporal has refused it', () => Promise.resolve(refused.length === 3));
  await until('it is handed over', () => Promise.resolve(told('unheard').length > 0));
  const [first] = told('unheard');
  expect(first).toEqual({ ...refused[0], site: 'unheard' });
  expect(first).toMatchObject({ ends: true, incident: 'unheard/1' });
  live.heal();
  await until('its end is told', () => Promise.resolve(told('unheard').some(({ status }) => status === 'resolved')));
  expect(told('unheard').find(({ status }) => status === 'resolved')?.key).toBe(first?.key);
});

test('a verdict that cannot be computed is told once, and that it can be again', async () => {
  const { live } = await watched('unjudged');
  broken.add('unjudged');
  live.world.linkCut = true;
  await until('somebody is told', () => Promise.resolve(told('unjudged').length > 0));
  live.heal();
  broken.delete('unjudged');
  await until('its end is told', () => Promise.resolve(told('unjudged').some(({ status }) => status === 'resolved')));
  const ours = told('unjudged').filter(({ key }) => key.startsWith('unjudged/undecided/'));
  expect(ours.map(({ status }) => status)).toEqual([undefined, 'resolved']);
  expect(ours[0]?.summary).toBe(
    'unjudged: the verdict cannot be computed, so nothing would be moved: The site unjudged has 1 problem.',
  );
});

test('a monitor whose site file was broken goes on with what it said before, and tells so', async () => {
  const { monitor } = await watched('misread');
  broken.add('misread');
  await monitor.executeUpdate('reload', { args: [{}] });
  const ours = () => told('misread').filter(({ key }) => key.startsWith('misread/site-file/'));
  await until('somebody is told', () => Promise.resolve(ours().length > 0));
  expect(ours()[0]?.summary).toBe(
    'misread: the monitor goes on with what its site file said before: The site misread has 1 problem.',
  );
  broken.delete('misread');
  await monitor.executeUpdate('reload', { args: [{}] });
  await until('its end is told', () => Promise.resolve(ours().some(({ status }) => status === 'resolved')));
  expect((await monitor.describe()).status.name).toBe('RUNNING');
});
