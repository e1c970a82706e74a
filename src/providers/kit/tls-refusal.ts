/**
 * Whether a TLS server sent an alert about our certificate, or about the lack of one (RFC 8446, 6.2: 41 to 46, 48, 49 and 116), by Node's code or by
 * OpenSSL's message, which stands under the code EPROTO. Its own certificate, which we refuse, has codes without an alert. A server may
 * close the connection before its alert is read: then nobody can tell.
 */
export function isAlertAboutOurs({ code = '', message = '' }: { code?: unknown; message?: unknown }): boolean {
  if (/_ALERT_\w*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(String(code))) return true;
  return /\bSSL alert number (4[1-6]|48|49|116)\b/.test(String(message));
}
