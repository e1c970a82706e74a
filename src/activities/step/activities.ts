/** Where a step meets Temporal: heartbeats, cancellation, and which failures are worth another attempt. */
import { Context } from '@temporalio/activity';
import type { StepSuccess } from '../../domain/plan/interpreter';
import { withPriority } from '../../providers/rate-limit/scope';
import { recordingCalls, type Call } from '../../providers/http/call-log';
import type { Ports } from '../../ports/ports';
import { asFailure } from './failure';
import type { StepInput } from '../../contract/steps';
import { attemptStep, type Step, type StepContext } from './step';

const heartbeatEveryMs = 1_000;

export type PortsFor = (site: string) => Promise<Ports>;

/** `again`: it was `limited` before, and the workflow has waited. */
type StepActivity = (input: StepInput, again?: boolean) => Promise<StepSuccess>;
type UndoActivity = (input: StepInput, again?: boolean) => Promise<string>;

/** `NAME`, `check-NAME` and, where there is one, `undo-NAME` for every step. */
export function stepActivities(
  steps: readonly Step[],
  portsFor: PortsFor,
): Record<string, StepActivity | UndoActivity> {
  const activities: Record<string, StepActivity | UndoActivity> = {};
  for (const step of steps) {
    const { undo } = step;
    activities[step.name] = (input, again) => {
      const { call, site } = input;
      return alive(input, again, async (ctx) =>
        attemptStep(within(step, input), call.params, await portsFor(site), ctx),
      );
    };
    activities[`check-${step.name}`] = (input, again) =>
      alive<StepSuccess>(input, again, async (ctx) => {
        const finding = await step.check(input.call.params, await portsFor(input.site), ctx);
        return {
          outcome: finding.state === 'done' ? 'already-done' : 'done',
          because: finding.because,
          facts: finding.facts ?? {},
        };
      });
    if (undo)
      activities[`undo-${step.name}`] = (input, again) =>
        alive(input, again, async (ctx) => undo(input.call.params, await portsFor(input.site), ctx));
  }
  return activities;
}

/** The patience in the plan counts, not the one in today's code: a deploy must not change a running transfer. */
const within = (step: Step, input: StepInput): Step => ({ ...step, patience: input.call.patience });

/** Runs `work` with a heartbeat every second, by which a lost worker is noticed and a cancel arrives. */
async function alive<T>(
  input: StepInput,
  again: boolean | undefined,
  work: (ctx: StepContext) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  let sentence = input.call.title;
  const beat = () => context.heartbeat(sentence);
  const timer = setInterval(beat, heartbeatEveryMs);
  beat();
  const calls: Call[] = [];
  const run = (ctx: StepContext) =>
    recordingCalls(
      (call) => calls.push(call),
      () => withPriority(input.priority ?? 'move', () => work(ctx), again),
    );
  try {
    return await run({
      calls,
      site: input.site,
      epoch: input.epoch,
      key: input.key,
      facts: input.facts,
      signal: context.cancellationSignal,
      progress: (next) => {
        sentence = next;
      },
    });
  } catch (error) {
    throw asFailure(error);
  } finally {
    clearInterval(timer);
  }
}
