import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { codeOf, guides } from './guide-code.js';

/*
 * Examples of every page: the guides, whose code also runs, and what is only read, which is everything with JSX and the
 * TypeScript of the readmes. There each block is a module of its own, as somebody would paste it, below what `host.d.ts`
 * says that their application has.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const list = (folder: string, ending: string): string[] =>
  readdirSync(root + folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}${name}`);

const readmes = ['README.md', 'packages/sources/README.md'];
const pages = [
  ...readmes,
  ...list('docs/', '.md'),
  ...list('docs/guides/', '.md'),
  ...list('docs/sources/', '.md'),
  ...list('stories/guide/', '.mdx'),
];

/** Blocks by a path that tells their page and place; empty lines keep the numbers of the lines. */
const blocks = new Map(
  pages.flatMap((page) => {
    const text = readFileSync(root + page, 'utf8');
    return [...text.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)]
      .filter(([, language]) => language === 'tsx' || readmes.includes(page))
      .map(({ 1: language = '', 2: code = '', index }): [string, string] => {
        const line = text.slice(0, index).split('\n').length;
        return [`${page}.${String(line)}.${language}`, `${'\n'.repeat(line)}${code}\nexport {};\n`];
      });
  }),
);

/** One program for all of them takes the compiler a while on a busy machine. */
const COMPILE_MS = 240_000;

describe('examples', () => {
  it('are found on pages of every kind', () => {
    for (const page of ['README.md', 'docs/guides/components.md', 'stories/guide/'])
      expect([...blocks.keys()].some((path) => path.startsWith(page))).toBe(true);
  });

  it(
    'compile as they stand',
    () => {
      const run = guides().map((guide): [string, string] => [`docs/guides/${guide}.ts`, codeOf(guide)]);
      expect(compile(new Map([...run, ...blocks]), ['docs/test/host.d.ts'])).toEqual([]);
    },
    COMPILE_MS,
  );
});

describe('links between pages', () => {
  const links = pages.flatMap((page) =>
    [...readFileSync(root + page, 'utf8').matchAll(/\]\((?!https?:|#|\?path)([^)\s#]+)(?:#[\w-]+)?\)/g)].map(
      ([, target = '']) => [page, target] as const,
    ),
  );

  it.each(links)('of %s to %s leads somewhere', (page, target) => {
    expect(() => readFileSync(new URL(target, `file://${root}${page}`))).not.toThrow(/ENOENT/);
  });
});
