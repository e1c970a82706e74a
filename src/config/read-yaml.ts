/** Parses YAML into plain data and rejects features that a site file does not need. */
import { LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { Problem } from './problems';

const maxLength = 64 * 1024;
/** Limit of syntax problems: one extra bracket can cause hundreds. */
const maxProblems = 20;
const reserved = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The data of `source`, or its problems. Has its own messages, because the parser's quote the file, which may contain a secret by mistake.
 * Anchors and aliases are rejected: they can expand a small file without limit.
 */
export function readYaml(source: string): { data: unknown; problems: Problem[] } {
  if (source.length > maxLength)
    return { data: undefined, problems: [{ path: '', because: `is larger than ${maxLength / 1024} KB` }] };
  const lines = new LineCounter();
  try {
    const document = parseDocument(source, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: true,
      stringKeys: true,
      merge: false,
    });
    const problems = [...syntaxProblems(document, lines), ...forbiddenProblems(document, lines)].slice(0, maxProblems);
    return problems.length > 0
      ? { data: undefined, problems }
      : { data: document.toJS({ maxAliasCount: 0 }) as unknown, problems };
  } catch {
    return { data: undefined, problems: [{ path: '', because: 'is nested too deeply' }] };
  }
}

function syntaxProblems(document: Document.Parsed, lines: LineCounter): Problem[] {
  return [...document.errors, ...document.warnings].map(({ code, pos }) => {
    const what = code === 'DUPLICATE_KEY' ? 'has a duplicate key' : `is not valid YAML (${code})`;
    return { path: '', because: `${what}, line ${lines.linePos(pos[0]).line}` };
  });
}

function forbiddenProblems(document: Document.Parsed, lines: LineCounter): Problem[] {
  const found: Problem[] = [];
  const note = (because: string, at = 0) =>
    found.push({ path: '', because: `${because}, line ${lines.linePos(at).line}` });
  visit(document, {
    Alias: (_, node) => note('uses an alias (*name), which is not allowed; write the content out', node.range?.[0]),
    Node: (_, node) => {
      if ('anchor' in node && node.anchor)
        note('uses an anchor (&name), which is not allowed; write the content out', node.range?.[0]);
    },
    Pair: (_, pair) => {
      const key = pair.key as { value?: unknown; range?: [number, number, number] } | null;
      if (typeof key?.value === 'string' && reserved.has(key.value))
        note(`uses the reserved key ${key.value}`, key.range?.[0]);
    },
  });
  return found;
}
