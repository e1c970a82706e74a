/** YAML text to plain data, with everything refused that a person would not write into a site file. */
import { LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { Problem } from './problems';

const largest = 64 * 1024;
/** Of the syntax: one bracket too many can make hundreds. */
const mostProblems = 20;
const reserved = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The data of `source`, or what is wrong with it. Own words for every error: the parser's would quote the file, which may hold a secret by
 * mistake. Anchors are refused: they save typing once and can blow up a small file.
 */
export function readYaml(source: string): { data: unknown; problems: Problem[] } {
  if (source.length > largest)
    return { data: undefined, problems: [{ path: '', because: `is larger than ${largest / 1024} KB` }] };
  const lines = new LineCounter();
  try {
    const document = parseDocument(source, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: true,
      stringKeys: true,
      merge: false,
    });
    const problems = [...syntax(document, lines), ...suspicious(document, lines)].slice(0, mostProblems);
    return problems.length > 0
      ? { data: undefined, problems }
      : { data: document.toJS({ maxAliasCount: 0 }) as unknown, problems };
  } catch {
    return { data: undefined, problems: [{ path: '', because: 'is not readable as YAML: it is nested too deeply' }] };
  }
}

function syntax(document: Document.Parsed, lines: LineCounter): Problem[] {
  return [...document.errors, ...document.warnings].map(({ code, pos }) => {
    const what = code === 'DUPLICATE_KEY' ? 'has the same key twice in one block' : `is not valid YAML (${code})`;
    return { path: '', because: `${what}, line ${lines.linePos(pos[0]).line}` };
  });
}

function suspicious(document: Document.Parsed, lines: LineCounter): Problem[] {
  const found: Problem[] = [];
  const note = (because: string, at = 0) =>
    found.push({ path: '', because: `${because}, line ${lines.linePos(at).line}` });
  visit(document, {
    Alias: (_, node) => note('uses an alias (*name); write the block out', node.range?.[0]),
    Node: (_, node) => {
      if ('anchor' in node && node.anchor) note('uses an anchor (&name); write the block out', node.range?.[0]);
    },
    Pair: (_, pair) => {
      const key = pair.key as { value?: unknown; range?: [number, number, number] } | null;
      if (typeof key?.value === 'string' && reserved.has(key.value))
        note(`has a key that can't be used (${key.value})`, key.range?.[0]);
    },
  });
  return found;
}
