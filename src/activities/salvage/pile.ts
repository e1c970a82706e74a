/** Lists and decides the items that rejoins left to a person. No value of a customer comes near a history: who wants to see both versions asks the database. */
import { ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { SalvagePileInput, SalvagePileResult } from '../../contract/activities';
import { rejoinId, transferId } from '../../contract/ids';
import { primaryOf } from '../../domain/plan/survey';
import { openItems, pileLines } from '../../domain/salvage/pile';
import { PortError, sentenceOf } from '../../ports/errors';
import { inTime } from '../in-time';
import type { SiteContext } from '../planning/prepare';
import { answerWithinMs, surveyDatabases } from '../planning/survey';
import { asFailure } from '../step/failure';
import { isRunning } from '../transfers';

/** @throws ApplicationFailure `Refused` with the reason, for a person */
export async function salvagePileActivity(
  context: SiteContext,
  input: SalvagePileInput,
  client: Client,
): Promise<SalvagePileResult> {
  if (input.verb !== 'list') await refuseWhileBusy(context.site.site, client);
  try {
    return await salvagePile(context, input);
  } catch (error) {
    if (error instanceof PortError && ['refused', 'conflict', 'denied'].includes(error.kind))
      throw ApplicationFailure.nonRetryable(sentenceOf(error), 'Refused');
    throw asFailure(error);
  }
}

async function refuseWhileBusy(site: string, client: Client): Promise<void> {
  for (const id of [transferId(site), rejoinId(site)])
    if (await isRunning(client, id))
      throw ApplicationFailure.nonRetryable(
        `${id} is running, so no item is decided now. See: npx handover status ${site}`,
        'Refused',
      );
}

/** @throws PortError */
async function salvagePile({ site, ports }: SiteContext, input: SalvagePileInput): Promise<SalvagePileResult> {
  const { verb, fields, key } = input;
  const primary = primaryOf({ regions: await surveyDatabases(site, ports, answerWithinMs.planned) });
  if (!primary.known) throw new PortError('refused', `The items are in the primary's database. ${primary.because}`);
  const pile = ports.pile(primary.region);
  if (verb === 'list') {
    const items = await pile.items();
    return { said: pileLines(items, site.site).join('\n'), open: openItems(items) };
  }
  const { who = '', because = '' } = fields;
  const item = await pile.decide(Number(fields['item']), {
    what: verb === 'apply' ? 'applied' : 'dismissed',
    by: who,
    because,
    epoch: primary.epoch,
    key,
    shop: site.shop,
  });
  const flushed = verb === 'apply' ? await flushCache({ site, ports }, primary.region) : '';
  const open = openItems(await pile.items());
  const left = open === 0 ? 'No item is open.' : `${open === 1 ? '1 item is' : `${open} items are`} open.`;
  const done =
    verb === 'apply'
      ? `Item ${item.number} was applied: ${primary.region}'s ${item.thing} is as the deposed region had it.`
      : `Item ${item.number} was dismissed: ${primary.region}'s ${item.thing} stays as it is.`;
  return { said: [done, flushed, left].filter(Boolean).join(' '), open };
}

/** Rows that the shop has read before may be in the object cache. Empty where the site has no session store beside it. */
async function flushCache({ site, ports }: Pick<SiteContext, 'site' | 'ports'>, region: string): Promise<string> {
  if (site.regions[region]?.sessions === undefined) return '';
  try {
    await inTime(ports.sessions(region).flushCache(), answerWithinMs.planned);
    return `The object cache of ${region} was flushed.`;
  } catch (error) {
    return `The object cache of ${region} was not flushed (${sentenceOf(error)}); type there: wp cache flush`;
  }
}
