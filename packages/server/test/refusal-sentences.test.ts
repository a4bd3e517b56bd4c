import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const PACKAGES = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['server/src', 'core/src/transport', 'core/src/protocol', 'core/src/log'];
/** Helpers that make an error of a sentence; their names, where the sentence is the first argument. */
const MAKERS = new Set(['badInput', 'unauthenticated', 'shuttingDown', 'Refusal']);

/** What a sentence begins with that says what to do, or that follows its colon, its semicolon or its full stop. */
const VERBS =
  'add|ask|begin|bind|check|choose|close|come|connect|correct|create|end|export|fork|get|give|go|install|join|leave|let|list|load|look|make|name|open|pass|post|put|read|reconnect|repeat|restore|return|revoke|run|save|say|see|send|serve|set|show|start|stop|store|subscribe|take|tell|try|update|use|wait|watch|write';
const SAYS_WHAT_TO_DO = new RegExp(
  `(?:^|[:;.,] (?:or |and )?)(?:${VERBS})\\b|\\b(?:has to|have to|must|takes?)\\b|\\bis made anew\\b|another one takes over`,
  'i',
);

/** The text of a literal, with `…` for what is put in. */
function textOf(node: ts.Expression | undefined): string | undefined {
  if (!node) return undefined;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
}

interface Sentence {
  readonly place: string;
  readonly text: string;
}

function sentencesOf(file: string): Sentence[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Sentence[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression)) {
      const { text: name } = node.expression;
      const literals = (node.arguments ?? []).map(textOf).filter((text) => text !== undefined);
      const isMaker = name === 'FleetglassError' || MAKERS.has(name);
      const text = name === 'FleetglassError' ? textOf(node.arguments?.[1]) : literals[0];
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      if (isMaker && text !== undefined)
        found.push({ place: `${file.slice(PACKAGES.length)}:${String(line + 1)}`, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(PACKAGES, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(PACKAGES, folder, name)),
);
const sentences = files.flatMap(sentencesOf);
/** What ends with something that is put in hands on a sentence, or advice, of somebody else. */
const own = sentences.filter(({ text }) => !text.endsWith('…'));

describe('[SEC-40] what a refusal says', () => {
  it('is a whole sentence', () => {
    expect(sentences.length).toBeGreaterThan(150);
    const broken = sentences.filter(({ text }) => !/^(?:git )?[A-Z`"…-].*[.…]$/s.test(text));
    expect(broken).toEqual([]);
  });

  it('tells what to do', () => {
    expect(own.filter(({ text }) => !SAYS_WHAT_TO_DO.test(text))).toEqual([]);
  });
});
