// Posts an alarm of CloudWatch, signed, to `npx handover-alarms`: as the Lambda action of the alarm, or of an EventBridge rule. See docs/alarms.md.
// RECEIVER is the receiver's https address, SITE and NAME are those of the site file, and SECRET is the secret that they share.
import { createHmac } from 'node:crypto';

const states = { ALARM: 'alarm', OK: 'ok', INSUFFICIENT_DATA: 'unknown' };

export async function handler(event) {
  const { RECEIVER, SITE, NAME, SECRET } = process.env;
  const { value, reason, timestamp } = (event.alarmData ?? event.detail).state;
  const at = new Date(timestamp).toISOString();
  const body = JSON.stringify({ site: SITE, name: NAME, state: states[value], because: reason.slice(0, 300), at });
  const seconds = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-handover-signature': `t=${seconds},v1=${signature}` };
  const response = await fetch(`${RECEIVER}/alarm`, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(10_000),
  });
  // An error makes Lambda call again, twice by default.
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}
