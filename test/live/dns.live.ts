/** Started by `npm run test:live` alone, which has shown the plan to a person; jest's usual runs don't see this file. */
import { secretOf } from '../../src/providers/kit/secret';
import { describeDns } from '../providers/dns.contract';
import { planSchema } from './plan';
import { openLiveWorld, removePlanned } from './world';
import { z } from 'zod';

const given: unknown = JSON.parse(process.env.HANDOVER_LIVE_PLAN ?? '{}');
const { removeOnly, ...plan } = planSchema.extend({ removeOnly: z.boolean() }).parse(given);
const context = { secret: secretOf };

if (removeOnly) it(`removes what ${plan.label} holds`, () => removePlanned(plan, context));
else describeDns(plan.kind, () => openLiveWorld(plan, context));
