/** Where a step meets Temporal: heartbeats, cancellation, and which failures are worth another attempt. */
import { Context } from '@temporalio/activity';
import type { StepSuccess } from '../../domain/plan/interpreter';
import { urgently } from '../../providers/rate-limit/scope';
import { hearing, type Call } from '../../providers/http/call-log';
import type { Ports } from '../../ports/ports';
import { asFailure } from './failure';
import type { StepOrder } from '../../contract/steps';
import { attemptStep, type Step, type StepContext } from './step';

const heartbeatEveryMs = 1_000;

export type PortsFor = (site: string) => Promise<Ports>;

/** `again`: it was `limited` before, and the workflow has waited. */
type StepActivity = (order: StepOrder, again?: boolean) => Promise<StepSuccess>;
type UndoActivity = (order: StepOrder, again?: boolean) => Promise<string>;

/** `NAME`, `check-NAME` and, where there is one, `undo-NAME` for every step. */
export function stepActivities(
  steps: readonly Step[],
  portsFor: PortsFor,
): Record<string, StepActivity | UndoActivity> {
  const activities: Record<string, StepActivity | UndoActivity> = {};
  for (const step of steps) {
    const { undo } = step;
    activities[step.name] = (order, again) => {
      const { call, site } = order;
      return alive(order, again, async (ctx) =>
        attemptStep(within(step, order), call.params, await portsFor(site), ctx),
      );
    };
    activities[`check-${step.name}`] = (order, again) =>
      alive<StepSuccess>(order, again, async (ctx) => {
        const finding = await step.check(order.call.params, await portsFor(order.site), ctx);
        return {
          outcome: finding.state === 'done' ? 'already-done' : 'done',
          because: finding.because,
          facts: finding.facts ?? {},
        };
      });
    if (undo)
      activities[`undo-${step.name}`] = (order, again) =>
        alive(order, again, async (ctx) => undo(order.call.params, await portsFor(order.site), ctx));
  }
  return activities;
}

/** The patience in the plan counts, not the one in today's code: a deploy must not change a running transfer. */
const within = (step: Step, order: StepOrder): Step => ({ ...step, patience: order.call.patience });

/** Runs `work` while heartbeating, so that a lost worker is noticed in seconds and a cancel arrives in one. */
async function alive<T>(
  order: StepOrder,
  again: boolean | undefined,
  work: (ctx: StepContext) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  let sentence = order.call.title;
  const beat = () => context.heartbeat(sentence);
  const timer = setInterval(beat, heartbeatEveryMs);
  beat();
  const calls: Call[] = [];
  const run = (ctx: StepContext) =>
    hearing(
      (call) => calls.push(call),
      () => urgently(order.urgency ?? 'move', () => work(ctx), again),
    );
  try {
    return await run({
      calls,
      site: order.site,
      epoch: order.epoch,
      key: order.key,
      facts: order.facts,
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
