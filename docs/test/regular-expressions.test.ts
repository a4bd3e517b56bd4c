import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../packages/', import.meta.url));

interface Found {
  readonly at: string;
  readonly text: string;
}

const literals: Found[] = [];
/** Expressions that are put together while the program runs; what they are made of is looked at by hand. */
const dynamic: string[] = [];

function collect(file: string): void {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(
    file,
    readFileSync(root + file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
    kind,
  );
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      literals.push({ at: `${file}:${line + 1}`, text: node.text });
    } else if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') dynamic.push(file);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

for (const name of readdirSync(root)) {
  for (const path of readdirSync(`${root}${name}/src`, { recursive: true, encoding: 'utf8' })) {
    if (/\.tsx?$/.test(path) && !/\.test\.|(?:^|\/)testing\//.test(path)) collect(`${name}/src/${path}`);
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  s: ' ',
  d: '0',
  w: 'a',
  S: 'a',
  D: 'a',
  W: '-',
};

/** Characters that an expression speaks of. */
function alphabetOf(source: string): string[] {
  const found = new Set(['a', '0', ' ']);
  for (const [, escaped, code, plain] of source.matchAll(/\\(?:([^ux])|[ux]\{?([0-9a-f]{2,6}))|([^\\])/gis)) {
    if (code !== undefined) found.add(String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff)));
    else if (escaped !== undefined) found.add(CLASSES[escaped] ?? escaped);
    else if (plain !== undefined && !'^$*+?()[]{}|'.includes(plain)) found.add(plain);
  }
  return [...found];
}

/** Longer pieces that it wants literally. */
const piecesOf = (source: string): string[] => [
  ...new Set(
    source
      .replace(/\\[sdwbSDWB]/g, '\0')
      .replace(/\\(.)/g, '$1')
      .match(/[\w.:/<>"'=,;@#-]{2,}/g),
  ),
];

/** Texts are a beginning, a part that is repeated, and an end that spoils the match. */
interface Pump {
  readonly beginning: string;
  readonly part: string;
  readonly end: string;
}

function* pumpsFor(source: string): Generator<Pump> {
  const alphabet = alphabetOf(source).slice(0, 14);
  const pieces = piecesOf(source).slice(0, 6);
  const some = alphabet.slice(0, 10);
  const pairs = some.flatMap((one) => some.filter((other) => other !== one).map((other) => one + other));
  for (const part of [...alphabet, ...pieces, ...pairs]) {
    for (const beginning of ['', ...pieces.slice(0, 3), ...alphabet]) {
      for (const end of ['\0', '\n', '"']) yield { beginning, part, end };
    }
  }
}

/** Told for each pump: the least time of a few attempts. Run where it can be stopped, which costs a thread each time. */
const MEASURE = `pumps.map(({ beginning, part, end }) => {
  const text = beginning + part.repeat(Math.ceil(length / part.length)) + end;
  let least = Infinity;
  for (let i = 0; i < attempts; i += 1) {
    expression.lastIndex = 0;
    const since = now();
    expression.test(text);
    least = Math.min(least, now() - since);
  }
  return least;
})`;
const context = createContext({ now: () => performance.now() });
const MOST_MS = 3_000;

/** Milliseconds for each pump; `undefined` when it was given up. */
function timesOf(
  expression: RegExp,
  pumps: readonly Pump[],
  length: number,
  attempts: number,
): readonly number[] | undefined {
  Object.assign(context, { expression, pumps, length, attempts });
  try {
    return runInContext(MEASURE, context, { timeout: MOST_MS }) as readonly number[];
  } catch {
    return undefined;
  }
}

const LENGTH = 400;
const LONG = 5_000;
/** Four times the length takes four times as long; where each character is looked at from each, sixteen times. */
const LONGER = 4;
const MOST_FACTOR = 11;
/** What takes less is not measured but noise. */
const LEAST_MS = 5;

/** The text for which the work grows faster than its length, where there is one. */
function blowUpOf(literal: string): Pump | 'endless' | undefined {
  const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(literal) ?? [];
  const expression = new RegExp(source, flags.replace('y', ''));
  const pumps = [...pumpsFor(source)];
  const times = timesOf(expression, pumps, LENGTH, 1);
  if (!times) return 'endless';
  const worst = pumps
    .map((pump, index) => ({ pump, ms: times[index] ?? 0 }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 3)
    .map(({ pump }) => pump);
  const grows = (pump: Pump, attempts: number): boolean => {
    const short = timesOf(expression, [pump], LONG, attempts)?.[0];
    const long = timesOf(expression, [pump], LONG * LONGER, attempts)?.[0];
    return !short || !long || (long > LEAST_MS && long / short > MOST_FACTOR);
  };
  // A busy machine may be slow once, by chance; not again and again in the same way.
  return worst.find((pump) => grows(pump, 1) && grows(pump, 3) && grows(pump, 6));
}

describe('regular expressions', () => {
  it('are recognised as dangerous where they are', () => {
    for (const literal of ['/(a+)+$/', '/-+$/', '/<\\s*\\/?\\s*b/']) {
      // A busy machine may hide it once: what it measures of the short text is too long then.
      const found = Array.from({ length: 5 }).some(() => blowUpOf(literal) !== undefined);
      expect([literal, found]).toEqual([literal, true]);
    }
    for (const literal of ['/^\\w+$/', '/[^"]*/', '/<\\s*(?:\\/\\s*)?b/'])
      expect([literal, blowUpOf(literal)]).toEqual([literal, undefined]);
  }, 60_000);

  it('[SEC-14] of the packages take time in proportion to the text, whatever it is', () => {
    expect(literals.length).toBeGreaterThan(200);
    const seen = new Set<string>();
    const found = literals.flatMap(({ at, text }) => {
      if (seen.has(text)) return [];
      seen.add(text);
      const pump = blowUpOf(text);
      return pump ? [{ at, text, pump }] : [];
    });
    expect(found).toEqual([]);
  }, 300_000);

  it('[SEC-14] are put together from parts only where that was looked at', () => {
    expect([...new Set(dynamic)].sort()).toEqual([
      // Alternatives that begin differently, then one run of characters.
      'core/src/emitter/secret-text.ts',
      // A pattern of a form, bounded there in its length and its repeats.
      'react/src/components/runs/form/draft.ts',
      // The name of a tag.
      'react/src/export/run-html.ts',
      // Words that are searched for, escaped.
      'react/src/reading/text/find-matches.ts',
    ]);
  });
});
