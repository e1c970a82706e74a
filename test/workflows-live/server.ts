/** A real Temporal dev server for one file of tests, and the workflows' bundle that its workers run. */
import { join } from 'node:path';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { attributeNames } from '../../src/contract/search-attributes';
import { findTemporal } from '../../lab/servers/temporal';

const checkout = join(__dirname, '../..');
const searchAttributes = Object.values(attributeNames).map((name) =>
  defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
);

/** A timer is otherwise rounded up to the end of the server's look-ahead, one second by default. */
const promptTimers = 'history.timerProcessorMaxTimeShift="20ms"';

/** Must come before anything else of a worker: only errors are worth a line in the output of tests. */
export function quiet(): void {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
}

/** @param settings further dynamic configuration, such as `limit.historyCount.suggestContinueAsNew=40` */
export async function startServer(settings: string[] = []): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: findTemporal(checkout) },
      searchAttributes,
      log: { format: 'pretty', level: 'error' },
      extraArgs: [promptTimers, ...settings].flatMap((setting) => ['--dynamic-config-value', setting]),
    },
  });
}

/** @param workflowsPath the workflows as they are now, unless a test has others */
export async function bundle(
  workflowsPath = join(checkout, 'src/workflows/index.ts'),
): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
}
