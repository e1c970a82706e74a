/**
 * What may be repeated of a server's own words. They go into histories, logs and alerts, and a server, or a page of somebody on the way, may
 * say anything: an e-mail address, the key of an order, a piece of a token. So a word is repeated only when it is one of a language, a short
 * number or a constant such as `invalid_grant`, or when the request itself named it; `[hidden]` stands for the others.
 */

/** Words of a language, constants and short numbers with their unit. */
const plain =
  /^(?:[A-Za-z]{1,32}(?:['/-][A-Za-z]{1,32}){0,3}|[a-z]{1,20}(?:_[a-z]{1,20}){1,4}|[A-Z]{1,20}(?:_[A-Z]{1,20}){1,4}|[A-Za-z]{1,8}\d{1,2}|\d{1,5}(?:ms|s|m|h|%)?)$/;

/** Quotes, brackets and full stops around a word. */
const around = /^["'`([{<]*(.*?)["'`)\]}>.,:;!?]*$/s;

/** The words of a request: they are in the plan already. */
export function wordsIn(...texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => text.split(/[\s"'`,;?&=/(){}<>[\]]+/)).filter((word) => word !== ''));
}

/** `text` on one line; `asked` holds the words that the request named. */
export function plainWords(text: string, asked: ReadonlySet<string> = new Set()): string {
  const words = text.split(/\s+/).map((word) => (isPlain(word, asked) ? word : hidden));
  return words.filter((word, at) => word !== '' && !(word === hidden && words[at - 1] === hidden)).join(' ');
}

const hidden = '[hidden]';

function isPlain(word: string, asked: ReadonlySet<string>): boolean {
  const core = around.exec(word)?.[1] ?? '';
  const named = (part: string) => plain.test(part) || asked.has(part) || asked.has(`${part}.`);
  // A name in a zone ends in a full stop, and servers put its type behind it: www.shop.test./A
  return core === '' || named(core) || core.split('/').every((part) => named(part.replace(/\.$/, '')));
}
