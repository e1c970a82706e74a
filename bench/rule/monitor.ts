/** The monitor in virtual time: its loop, the production judgement and decision, and the production planner for what it starts. */
import { planTransfer } from '../../src/activities/planning';
import { consider } from '../../src/activities/monitoring/consider';
import { lookOf } from '../../src/activities/monitoring/standby-look';
import type { DecideResult } from '../../src/contract/monitor';
import { ballotsOf, type VantageReports } from '../../src/domain/detection/ballots';
import { brakesOn } from '../../src/domain/incident/brakes';
import { completedLately } from '../../src/domain/incident/completions';
import { emptyBook, type AttemptEnding, type IncidentBook, type IncidentEvent } from '../../src/domain/incident/book';
import { advance } from '../../src/domain/incident/incident';
import { transferId } from '../../src/contract/ids';
import type { Action } from '../../src/domain/decision/course';
import { movesPrimary, type TransferKind } from '../../src/domain/plan/request';
import type { Site } from '../../src/config';
import { standbyAt, surveyAt } from './facts';
import type { Timeline } from './timeline';
import { targetsOf, type World } from './vantage';
import { seeing, vantages, workersBackAt } from './world';

export interface Outcome {
  /** The first transfer of the primary that the planner did not refuse, and when it was decided. */
  move?: TransferKind;
  startedAt?: number;
  /** The first decision to move, refused or not. */
  declaredAt?: number;
  /** The first decision that a person must confirm; the first alert; the first critical one, or the first move. */
  askedAt?: number;
  pagedAt?: number;
  calledAt?: number;
  /** Table pointers moved. */
  pointers: number;
  /** Plans that the planner refused. */
  refused: number;
  /** Vantages that were neither cut off nor paused when the move was decided. */
  seeingThen: number;
}

/** How long a message is on its way, a decision takes, and a plan of kind pointer where the shop answers and where it does not. */
const [hopMs, decisionMs, quickPlanMs, slowPlanMs] = [40, 80, 5_000, 30_000];
const whileUneasyMs = 15_000;
const [lookEveryMs, lookBatchMs] = [15_000, 300_000];
/** How long a survey waits for a region that is silent; see `answerWithinMs`. */
const silentMs = { failover: 2_000, planned: 10_000 };

export class Monitor {
  readonly outcome: Outcome = { pointers: 0, refused: 0, seeingThen: 0 };
  readonly heard: VantageReports = {};
  tableOf = 'A';
  private readonly targets: ReturnType<typeof ballotTargets>;
  private news = false;
  private busy = false;
  private running = false;
  private uneasy = false;
  private timer = 0;
  private lastAlert = '';
  private lastPlanEndedAt: number | undefined;
  private lag: { lagMs: number; at: number } | undefined;
  private book: IncidentBook = emptyBook;
  private readonly site: Site;
  private readonly world: World;
  private readonly time: Timeline;

  constructor(site: Site, world: World, time: Timeline) {
    this.site = site;
    this.world = world;
    this.time = time;
    this.targets = ballotTargets(world.hasTable);
  }

  /** The look at the standby, each 15 s, reported when it changes and each 5 min. */
  watchStandby(word = '', sinceMs = 0): void {
    const { time, world } = this;
    const at = workersBackAt(world.episode, time.now);
    if (at > time.now) {
      time.at(at, () => this.watchStandby(word, sinceMs));
      return;
    }
    const look = lookOf(this.site.policy, standbyAt(world.episode, at));
    const due = look.word !== word || sinceMs >= lookBatchMs;
    if (due && look.lagMs !== undefined) this.lag = { lagMs: look.lagMs, at };
    if (look.word !== word) this.wake();
    time.at(at + lookEveryMs, () => this.watchStandby(look.word, due ? 0 : sinceMs + lookEveryMs));
  }

  wake(): void {
    this.news = true;
    if (!this.busy) this.decide();
  }

  private decide(): void {
    this.busy = true;
    this.time.at(workersBackAt(this.world.episode, this.time.now), () => {
      this.news = false;
      const now = this.time.now;
      const considered = consider(this.site, this.input(now), {
        ...standbyAt(this.world.episode, now),
        underWay: this.running ? { running: transferId(this.site.site) } : {},
      });
      this.time.at(now + decisionMs, () => this.apply(considered));
    });
  }

  private input(now: number) {
    return {
      site: this.site.site,
      ballots: ballotsOf(this.targets, this.heard, now),
      known: { epoch: 1, primary: 'A' },
      ...(this.lastPlanEndedAt !== undefined && { lastPlanAgoMs: now - this.lastPlanEndedAt }),
      brakes: brakesOn(this.book, now),
      completed: completedLately(this.book, now),
      ...(this.lag && { lagBefore: { lagMs: this.lag.lagMs, agoMs: now - this.lag.at } }),
    };
  }

  private apply({ decision, unsettled, opinion, lag, running = false }: DecideResult): void {
    const { outcome } = this;
    const now = this.time.now;
    this.uneasy = unsettled;
    const [wishes, calls] = [decision.action !== 'hold', decision.alert?.key];
    this.note({ type: 'judged', at: now, wishes, calls, running, because: decision.because });
    if (lag) this.lag = { lagMs: lag.lagMs, at: now - lag.agoMs };
    if (decision.action === 'ask') outcome.askedAt ??= now;
    if (decision.action === 'act') this.launch(decision.proposed, decision.because, opinion.verdict.failingForMs);
    if (decision.alert && decision.alert.summary !== this.lastAlert) {
      outcome.pagedAt ??= now;
      if (decision.alert.severity === 'critical') outcome.calledAt ??= now;
    }
    this.lastAlert = decision.alert?.summary ?? '';
    this.busy = false;
    if (this.news) this.decide();
    else if (this.uneasy) this.wakeLater((this.timer += 1));
  }

  private wakeLater(token: number): void {
    this.time.at(this.time.now + whileUneasyMs, () => {
      if (token === this.timer && !this.busy) this.wake();
    });
  }

  private launch({ kind, from, to }: Action, because: string, failingForMs: number): void {
    if (this.running) return;
    const { time, world, outcome } = this;
    const decidedAt = time.now;
    const moves = movesPrimary(kind);
    if (moves) outcome.declaredAt ??= decidedAt;
    this.running = true;
    this.note({ type: 'asked', at: decidedAt, kind, from, to, because });
    this.note({ type: 'taken', run: String(decidedAt) });
    const survey = surveyAt(this.site, world.episode, decidedAt + hopMs, this.tableOf, world.random);
    const silent = survey.regions['A']?.answers !== true || survey.shops['A']?.healthy !== true;
    const withinMs = silent ? (kind === 'failover' ? silentMs.failover : silentMs.planned) : 300;
    const at = decidedAt + hopMs + withinMs;
    const asked = { site: this.site.site, kind, because, decidedAt, onsetAt: failingForMs, evenUnfenced: false };
    const whither = kind === 'fence' ? { to: '', region: from } : { to: kind === 'restore' ? '' : to, region: '' };
    const planned = planTransfer({ site: this.site, caPem: '' }, { ...survey, at }, { ...asked, ...whither });
    time.at(at, () => {
      if (planned.outcome === 'refused') {
        outcome.refused += 1;
        this.ended({ kind, from, to }, 'refused', planned.because);
      } else if (moves) {
        Object.assign(outcome, { move: kind, startedAt: decidedAt, seeingThen: seeing(world.episode, decidedAt) });
      } else
        this.time.at(at + (silent ? slowPlanMs : quickPlanMs), () =>
          this.ended({ kind, from, to }, silent ? 'rolled-back' : 'completed', because),
        );
    });
  }

  private note(event: IncidentEvent): void {
    this.book = advance(this.book, event);
  }

  /** A refusal has changed nothing, so what was seen before it still holds. */
  private ended(action: Action, ending: AttemptEnding, because: string): void {
    const at = this.time.now;
    this.running = false;
    this.note({ type: 'over', at, ...action, ending, because });
    if (ending !== 'refused') this.lastPlanEndedAt = at;
    if (action.kind === 'pointer' && ending === 'completed') {
      this.tableOf = action.to;
      this.outcome.pointers += 1;
    }
    this.wake();
  }
}

const ballotTargets = (hasTable: boolean) =>
  Object.fromEntries(vantages.map((vantage) => [vantage, targetsOf(hasTable)]));

/** From the end of a batch to the moment at which the monitor hears of it. */
export const heardAt = ({ episode }: World, endedAt: number): number => workersBackAt(episode, endedAt + hopMs);
export { hopMs };
