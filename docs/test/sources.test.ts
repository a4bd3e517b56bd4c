import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@fleetglass/core';
import { RECORDING_FORMATS } from '@fleetglass/sources/recordings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../packages/server/src/cli/run-cli.js';

const pages = fileURLToPath(new URL('../sources/', import.meta.url));
const samples = readdirSync(pages)
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => samplesOf(file.slice(0, -'.md'.length)));

interface Sample {
  readonly page: string;
  /** Contents by the names of the files, as the page calls them; names with slashes are in a folder. */
  readonly files: ReadonlyMap<string, string>;
  /** The file, or the folder of the files. */
  readonly name: string;
  /** What `fleetglass summarize` says of it. */
  readonly said: string;
}

/** Blocks whose info names a file, and the `text` block after them. */
function samplesOf(page: string): Sample[] {
  const text = readFileSync(`${pages}${page}.md`, 'utf8');
  const samples: Sample[] = [];
  let files = new Map<string, string>();
  for (const [, language, file, content = ''] of text.matchAll(
    /^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm,
  )) {
    if (file !== undefined) files.set(file, content);
    const [first] = files.keys();
    if (language !== 'text' || first === undefined) continue;
    samples.push({ page, files, name: first.split('/')[0] ?? first, said: content });
    files = new Map();
  }
  return samples;
}

describe('the pages of the formats', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetglass-docs-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(RECORDING_FORMATS.map(({ name }) => name))('%s has one with a sample', (name) => {
    expect(existsSync(`${pages}${name}.md`)).toBe(true);
    expect(samples.map(({ page }) => page)).toContain(name);
  });

  it('are all in the table of recordings', () => {
    const guide = readFileSync(`${pages}../guides/recordings.md`, 'utf8');
    const listed = [...guide.matchAll(/^\| \[`([^`]+)`\]\(\.\.\/sources\/\1\.md\)/gm)].map(
      ([, name]) => name,
    );
    expect(listed.sort()).toEqual(RECORDING_FORMATS.map(({ name }) => name).sort());
  });

  it.each(samples.map((sample) => [`${sample.page}: ${sample.name}`, sample] as const))(
    '%s is what its page says',
    async (_name, { page, files, name, said }) => {
      for (const [file, content] of files) {
        const path = join(folder, page, file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
      const written = { out: '', err: '' };
      const code = await runCli(['summarize', join(folder, page, name)], {
        out: (text) => Promise.resolve(void (written.out += text)),
        err: (text) => void (written.err += text),
        isTerminal: false,
        env: {},
        clock: systemClock,
        program: [],
        signal: new AbortController().signal,
      });
      expect([code, written.err]).toEqual([0, '']);
      expect(written.out.trim()).toBe(said.trim());
    },
  );
});

describe('the readme of the sources', () => {
  it('names every subpath and no other', () => {
    const root = `${pages}../../packages/sources/`;
    const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { exports: object };
    const readme = readFileSync(`${root}README.md`, 'utf8');
    const named = new Set(
      [...readme.matchAll(/^\| `@fleetglass\/sources\/([a-z-]+)`/gm)].map(([, name]) => `./${name ?? ''}`),
    );
    expect([...named, './package.json'].sort()).toEqual(Object.keys(exports).sort());
  });
});
