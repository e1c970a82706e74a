/**
 * Histories of real runs, replayed on the workflows as they are: a change that would break a run under way fails here.
 * They were written by `HANDOVER_RECORD=1 npx jest test/workflows-live test/rejoin/comparison-workflow test/rejoin/pile`; a change that is meant goes behind
 * `patched`, and adds to them: monitor-idle and monitor-lost are of a version that did not watch the standby, so they are not written again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { bundle, quiet } from '../workflows-live/server';

interface Started {
  workflowId: string;
  workflowType: { name: string };
}
interface History {
  events: { eventTime?: string; workflowExecutionStartedEventAttributes?: Started; [attributes: string]: unknown }[];
}

const files = readdirSync(__dirname).filter((name) => name.endsWith('.json'));
const read = (file: string): History => JSON.parse(readFileSync(join(__dirname, file), 'utf8')) as History;
const startOf = ({ events }: History): Started => {
  const started = events[0]?.workflowExecutionStartedEventAttributes;
  if (!started) throw new Error('A history begins with the start of its workflow.');
  return started;
};

let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  quiet();
  workflowBundle = await bundle();
});

const replay = (history: History): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle }, history, startOf(history).workflowId);

test('there are histories of every workflow', () => {
  const types = new Set(files.map((file) => startOf(read(file)).workflowType.name));
  expect([...types].sort()).toEqual(['alerts', 'drill', 'monitor', 'rejoin', 'salvage', 'transfer']);
});

test.each(files)('%s replays', async (file) => {
  await replay(read(file));
});

test.each(['transfer-planned', 'transfer-stopped', 'rejoin', 'drill-outage'])(
  '%s replays also when no worker had taken it for two minutes',
  async (name) => {
    const history = read(`${name}.json`);
    const [start] = history.events;
    if (!start) throw new Error('A history has a first event.');
    start.eventTime = new Date(Date.parse(String(start.eventTime)) - 120_000).toISOString();
    await replay(history);
  },
);

test('a step that failed for a limit before there were waits for a rate limit still failed', async () => {
  const text = readFileSync(join(__dirname, 'transfer-stopped.json'), 'utf8');
  const limited = text.replaceAll('"type":"conflict"', '"type":"limited"');
  expect(limited).not.toBe(text);
  await replay(JSON.parse(limited) as History);
});

test('a history that tells of another order of steps does not replay', async () => {
  const text = readFileSync(join(__dirname, 'transfer-planned.json'), 'utf8');
  const swapped = text.replaceAll('"drain-database"', '"another-step"');
  expect(swapped).not.toBe(text);
  await expect(replay(JSON.parse(swapped) as History)).rejects.toThrow(/determinism/i);
});
