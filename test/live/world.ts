/** A vendor's zone as the contract of a zone wants it, and empty again when it is closed. */
import { setTimeout as pause } from 'node:timers/promises';
import { findKind, type Context } from '../../src/providers/kit/kind';
import { dnsProviders } from '../../src/providers/dns';
import { authoritative } from '../../src/providers/dns/authoritative';
import { PortError } from '../../src/ports/errors';
import { recordingCalls } from '../../src/providers/http/call-log';
import type { Dns } from '../../src/ports/ports';
import type { DnsWorld } from '../providers/dns.contract';
import { plannedTypes, refuseUnplanned, type LivePlan } from './plan';
import { writers, type Writer } from './writers';

/** Shorter than the hook that removes may take. */
const removalMs = 8 * 60_000;
const attempts = 5;
/** A request that changed something; asking for an access token is none. */
const change = /^(?!Google's token service).* (POST|PUT|PATCH|DELETE) \/.*: 2\d\d$/;

/** `askEveryMs` spares name servers that are not ours. */
export async function openLiveWorld(plan: LivePlan, context: Context, askEveryMs = 1_000): Promise<DnsWorld> {
  const zone = await findKind('dns.provider', dnsProviders, plan.provider).connect(plan.provider, context);
  const writer = await writers[plan.kind](plan.provider, context);
  const names = [...plan.names];
  let changes = 0;
  return {
    zone: {
      ...zone,
      replace: (expected, next) =>
        recordingCalls(
          ({ what }) => (changes += change.test(what) ? 1 : 0),
          () => zone.replace(expected, next),
        ),
    },
    answers: spared(authoritative({ servers: plan.authoritative }), askEveryMs),
    freshName: () => {
      const name = names.shift();
      if (name === undefined)
        throw new Error(`The plan that was shown has ${plan.names.length} names; raise it in scripts/live/plan.mjs.`);
      return name;
    },
    foreignName: 'www.handover-elsewhere.test.',
    put: async (set) => {
      refuseUnplanned(plan, set);
      await writer.remove(set.name, set.type);
      await writer.make(set);
    },
    changes: () => Promise.resolve(changes),
    ttls: plan.ttls,
    close: async () => {
      zone.close();
      await removeAll(plan, writer).finally(writer.close);
    },
  };
}

function spared(answers: Dns['answers'], everyMs: number): Dns['answers'] {
  let last = 0;
  return async (...question) => {
    await pause(Math.max(0, last + everyMs - Date.now()));
    last = Date.now();
    return answers(...question);
  };
}

/** Removes whatever the plan's names hold. @throws an error that lists what is left, and why. */
export async function removePlanned(plan: LivePlan, context: Context): Promise<void> {
  const writer = await writers[plan.kind](plan.provider, context);
  await removeAll(plan, writer).finally(writer.close);
}

async function removeAll({ names }: LivePlan, writer: Writer): Promise<void> {
  const end = Date.now() + removalMs;
  const left: string[] = [];
  for (const name of names) {
    for (const type of plannedTypes) {
      const because = await emptied(() => writer.remove(name, type), end);
      if (because !== undefined) left.push(`${type} ${name}: ${because}`);
    }
  }
  if (left.length > 0) throw new Error(`Perhaps left in the zone:\n${left.join('\n')}`);
}

/** Only a list without it shows that it is gone. The reason why it may not be, otherwise. */
async function emptied(remove: () => Promise<number>, end: number): Promise<string | undefined> {
  let because = 'there was no time left';
  for (let attempt = 0; attempt < attempts && Date.now() < end; attempt += 1) {
    try {
      if ((await remove()) === 0) return undefined;
      because = 'it is listed although its removal was accepted';
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      because = error.message;
      await pause(Math.min(error.waitMs ?? 1_000, 60_000));
    }
  }
  return because;
}
