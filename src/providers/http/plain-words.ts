/**
 * What may be repeated of a server's own words. They go into histories, logs and alerts, and a server, or a page of somebody on the way, may
 * say anything: an e-mail address, the key of an order, a piece of a token. So a word is repeated only when it is one of a language, a short
 * number, a constant such as `invalid_grant` or the name of a permission, or when the request itself named it; `[hidden]` stands for the others.
 */

/** Words of a language, constants and short numbers with their unit. */
const plain =
  /^(?:[A-Za-z]{1,32}(?:['/-][A-Za-z]{1,32}){0,3}|[a-z]{1,20}(?:_[a-z]{1,20}){1,4}|[A-Z]{1,20}(?:_[A-Z]{1,20}){1,4}|[A-Za-z]{1,8}\d{1,2}|\d{1,5}(?:ms|s|m|h|%)?)$/;

const awsVerbs =
  'Associate|Assume|Batch|Change|Create|Delete|Deregister|Describe|Disassociate|Get|List|Modify|Put|Query|Register|Scan|Set|Test|Update';

/**
 * What a person must grant: actions of AWS (`dynamodb:PutItem`), scopes of Cloudflare and DigitalOcean (`#zone:read`, `domain:update`), permissions of
 * Google (`dns.changes.create`) and commands of a Redis ACL (`client|pause`). Each has a form, or words, that no value of a customer's has.
 */
const permission = new RegExp(
  [
    `(?:dynamodb|route53|ec2|elasticloadbalancing|globalaccelerator|cloudfront|kms|s3|iam|sts):(?:${awsVerbs})[A-Za-z]{0,40}`,
    '#?[a-z]{2,20}(?:_[a-z]{2,20}){0,3}:(?:read|edit|write|list|create|update|delete)',
    '(?:compute|dns|iam|resourcemanager)(?:\\.[a-z][A-Za-z]{1,30}){2,3}',
    '[a-z]{2,20}\\|[a-z-]{2,20}',
  ]
    .map((form) => `^${form}$`)
    .join('|'),
);

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
  // A field within a field of what was sent: payload.summary
  const isField = core.includes('.') && core.split('.').every((part) => asked.has(part));
  if (permission.test(core) || isField) return true;
  // A name in a zone ends in a full stop, and servers put its type behind it: www.shop.test./A
  return core === '' || named(core) || core.split('/').every((part) => named(part.replace(/\.$/, '')));
}
