/** Changes of records. Each is made on a draft of the zone, which takes hold as a whole or not at all. */
import { z } from 'zod';
import type { FakeRequest } from '../kit/request';
import type { FakeReply } from '../kit/routes';
import { bad, good } from './envelope';
import { fullName, plain, reasonAgainst } from './record-rules';
import { fresh, recordsOf, withRecords, type CfRecord, type State } from './state';

/** A zone's records while a request changes them. */
interface Draft {
  origin: string;
  records: CfRecord[];
  newId: () => string;
}

/** Changes the draft, and gives the result to answer with. */
export type Change = (draft: Draft, request: FakeRequest) => unknown;

/** Thrown to end a change with nothing changed. */
class Refused extends Error {
  readonly reply: FakeReply;

  constructor(reply: FakeReply) {
    super('refused');
    this.reply = reply;
  }
}

export const absent = () => bad(404, 81044, 'Record does not exist.');

export function changed(state: State, newId: () => string, change: Change, request: FakeRequest): FakeReply {
  const records = recordsOf(state.records(request.hints)).map((record) => ({ ...record }));
  try {
    const result = change({ origin: state.origin, records, newId }, request);
    state.change((items) => withRecords(items, records));
    return good(result);
  } catch (error) {
    if (error instanceof Refused) return error.reply;
    throw error;
  }
}

const fields = z.object({
  type: z.string().optional(),
  name: z.string().optional(),
  content: z.string().optional(),
  ttl: z.number().optional(),
  proxied: z.boolean().optional(),
  comment: z.string().nullish(),
  settings: z.object({ flatten_cname: z.boolean().optional() }).optional(),
});
type Fields = z.output<typeof fields>;
const withId = fields.extend({ id: z.string() });
const together = z.object({
  deletes: z.array(z.object({ id: z.string() })).nullish(),
  patches: z.array(withId).nullish(),
  puts: z.array(withId).nullish(),
  posts: z.array(fields).nullish(),
});

const idOf = ({ params }: FakeRequest) => params.id ?? '';

/** By the methods of the API. */
export const changes = {
  post: (draft, request) => add(draft, read(fields, request)),
  patch: (draft, request) => edit(draft, idOf(request), read(fields, request)),
  put: (draft, request) => replace(draft, idOf(request), read(fields, request)),
  remove: (draft, request) => remove(draft, idOf(request)),
  batch: (draft, request) => {
    const asked = read(together, request);
    return {
      deletes: (asked.deletes ?? []).map(({ id }) => remove(draft, id)),
      patches: (asked.patches ?? []).map(({ id, ...rest }) => edit(draft, id, rest)),
      puts: (asked.puts ?? []).map(({ id, ...rest }) => replace(draft, id, rest)),
      posts: (asked.posts ?? []).map((each) => add(draft, each)),
    };
  },
} satisfies Record<string, Change>;

function read<T>(schema: z.ZodType<T>, { json }: FakeRequest): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new Refused(bad(400, 9207, 'Request body is invalid.'));
}

const add = (draft: Draft, asked: Fields) => store(draft, asked, fresh(draft.newId()));
const edit = (draft: Draft, id: string, asked: Fields) => store(draft, asked, held(draft, id));
const replace = (draft: Draft, id: string, asked: Fields) =>
  store(draft, asked, { ...fresh(id), created_on: held(draft, id).created_on });

function remove(draft: Draft, id: string): { id: string } {
  draft.records.splice(draft.records.indexOf(held(draft, id)), 1);
  return { id };
}

function held({ records }: Draft, id: string): CfRecord {
  const record = records.find((one) => one.id === id);
  if (record === undefined) throw new Refused(absent());
  return record;
}

/** Puts what was asked for over `base`, and the whole into the draft. */
function store({ origin, records }: Draft, asked: Fields, base: CfRecord): CfRecord {
  const wanted = {
    ...base,
    type: asked.type ?? base.type,
    content: plain(asked.content ?? base.content),
    name: fullName(origin, asked.name ?? base.name),
    proxied: asked.proxied ?? base.proxied,
    comment: asked.comment === undefined ? base.comment : asked.comment,
    settings: asked.settings ?? base.settings,
  };
  const stored = {
    ...wanted,
    ttl: wanted.proxied ? 1 : (asked.ttl ?? base.ttl),
    modified_on: new Date().toISOString(),
  };
  const reason = reasonAgainst(
    stored,
    records.filter(({ id }) => id !== base.id),
  );
  if (reason !== undefined) throw new Refused(bad(400, ...reason));
  const at = records.findIndex(({ id }) => id === base.id);
  records.splice(at < 0 ? records.length : at, at < 0 ? 0 : 1, stored);
  return stored;
}
