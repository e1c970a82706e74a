/**
 * Whether a TLS server sent an alert about our certificate, or about the lack of one (RFC 8446, 6.2: 41 to 46, 48, 49 and 116), by Node's code or by
 * OpenSSL's message, which stands under the code EPROTO. Its own certificate, which we refuse, has codes without an alert. A server may
 * close the connection before its alert is read: then nobody can tell.
 */
export function isAlertAboutOurs({ code = '', message = '' }: { code?: unknown; message?: unknown }): boolean {
  if (/_ALERT_\w*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(String(code))) return true;
  return /\bSSL alert number (4[1-6]|48|49|116)\b/.test(String(message));
}

/**
 * Whether server and we found no version, cipher or group that both know: its alert (40, 70 and 71), or OpenSSL's own refusal of what it offers. The
 * server is there and answers; that is no outage of it.
 */
export function isDisagreement({ code = '', message = '' }: { code?: unknown; message?: unknown }): boolean {
  const reasons =
    /_ALERT_(HANDSHAKE_FAILURE|PROTOCOL_VERSION|INSUFFICIENT_SECURITY)|_(UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|NO_PROTOCOLS_AVAILABLE|NO_SHARED_CIPHER|NO_SUITABLE_\w+|DH_KEY_TOO_SMALL|WRONG_CIPHER_RETURNED)$/;
  if (reasons.test(String(code))) return true;
  return /\bSSL alert number (40|70|71)\b|:unsupported protocol:|:no shared cipher:|:dh key too small:/.test(
    String(message),
  );
}

/** What follows the name of the server in a sentence about that. */
export const disagreement = 'and handover agree on no version or cipher of TLS';
