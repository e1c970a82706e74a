/** All channels of a site together: their names, who is told at once, and that each fails by itself. */
import { channels } from '../../src/providers/alerts';
import { eachChannel } from '../../src/providers/alerts/channel';
import { findKind } from '../../src/providers/kit/kind';
import { PortError } from '../../src/ports/errors';
import type { Alert } from '../../src/domain/alert';
import { failure } from './servers/failure';

const alert: Alert = { severity: 'critical', key: 'lab/region-down/A', summary: 'Region A is down.' };

describe('the channels of a site', () => {
  const reached: string[] = [];
  const channel = (kind: string, name = kind, error?: PortError) => ({
    kind,
    send: () => {
      if (error) return Promise.reject(error);
      reached.push(name);
      return Promise.resolve(undefined);
    },
  });
  beforeEach(() => {
    reached.length = 0;
  });

  it('are named by their kinds, with a number from the second of a kind on', async () => {
    const { alertChannels, alerts } = eachChannel([channel('log'), channel('slack'), channel('slack', 'the other')]);
    expect(alertChannels).toEqual(['log', 'slack', 'slack 2']);
    await alerts.send(alert, 'slack 2');
    expect(reached).toEqual(['the other']);
  });

  it('are told at once, but those that wait for an acknowledgement', () => {
    const { alertChannels, recipients } = eachChannel([
      channel('log'),
      { ...channel('slack'), escalateAfterMs: 900_000 },
      channel('slack'),
    ]);
    expect(alertChannels).toEqual(['log', 'slack', 'slack 2']);
    expect(recipients).toEqual({ channels: ['log', 'slack 2'], escalateAfterMs: { slack: 900_000 } });
  });

  it('fail each by itself, with what the vendor said', async () => {
    const limited = new PortError('limited', 'The Slack webhook returned 429.', { waitMs: 7_000 });
    const { alerts } = eachChannel([channel('log'), channel('slack', 'slack', limited)]);
    expect(await failure(alerts.send(alert, 'slack'))).toBe(limited);
    await alerts.send(alert, 'log');
    expect(reached).toEqual(['log']);
  });

  it('are refused by a name that none of them has', async () => {
    const { alerts } = eachChannel([channel('log')]);
    expect(await failure(alerts.send(alert, 'pagerduty'))).toMatchObject({ kind: 'absent' });
  });

  it('an unknown alert channel is refused with the known kinds', () => {
    expect(() => findKind('alerts', channels, { kind: 'pager' })).toThrow(
      'alerts.kind is "pager"; it must be one of log, slack, slack-app, pagerduty, webhook.',
    );
  });

  it.each([
    ['slack', { url: 'https://hooks.slack.example/secret' }, 'url'],
    ['pagerduty', {}, 'routingKey'],
    ['webhook', { url: 'alerts.example', secret: 'file:hook' }, 'url'],
  ])('the channel %s names an invalid option without its value', async (kind, options, field) => {
    const secret = () => Promise.resolve('');
    const given = { kind, ...options };
    const error = await failure(findKind('alerts', channels, given).connect(given, { secret }));
    expect(error.message).toContain(`alerts.${field}`);
    expect(error.message).not.toContain('hooks.slack.example');
  });
});
