import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/security.md`, 'utf8');

/** Ids of the rows below a heading. */
function rowsOf(heading: string): string[] {
  const from = page.indexOf(`## ${heading}`);
  const to = page.indexOf('\n## ', from + 1);
  return [...page.slice(from, to).matchAll(/^\| (SEC-\d\d) \|/gm)].map(([, id = '']) => id);
}

/** Ids in titles of tests, with the files that they stand in. */
const proofs = new Map<string, string[]>();
for (const folder of ['packages', 'e2e', 'docs/test', 'examples']) {
  for (const name of readdirSync(root + folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.test\.tsx?$/.test(name) || name.includes('node_modules')) continue;
    const text = readFileSync(`${root}${folder}/${name}`, 'utf8');
    // An id counts where it begins the title, not where somebody only speaks of it.
    for (const [, ids = ''] of text.matchAll(/['"`]((?:\[SEC-\d\d\] )+)/g)) {
      for (const [, id = ''] of ids.matchAll(/\[(SEC-\d\d)\]/g))
        proofs.set(id, [...(proofs.get(id) ?? []), `${folder}/${name}`]);
    }
  }
}

describe('docs/security.md', () => {
  const applying = rowsOf('Rows that apply');
  const later = rowsOf('Rows that do not apply yet');

  it('has a test for every row that applies', () => {
    expect(applying.filter((id) => !proofs.has(id))).toEqual([]);
  });

  it('has a row for every id of a test', () => {
    expect([...proofs.keys()].filter((id) => !applying.includes(id))).toEqual([]);
  });

  it('speaks of every row of the threat model, once', () => {
    const model = Array.from({ length: 37 }, (_, index) => `SEC-${String(index + 1).padStart(2, '0')}`);
    const rows = [...applying, ...later];
    expect(model.filter((id) => !rows.includes(id))).toEqual([]);
    expect(new Set(rows).size).toBe(rows.length);
  });
});

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly dev?: boolean;
        readonly optional?: boolean;
        readonly link?: boolean;
        readonly integrity?: string;
        readonly hasInstallScript?: boolean;
      }
    >
  >;
}

describe('dependencies', () => {
  const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as Lock;
  const foreign = Object.entries(lock.packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && link !== true,
  );

  it('[SEC-35] are named in the lockfile by their hashes', () => {
    expect(foreign.length).toBeGreaterThan(100);
    expect(foreign.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
  });

  it('[SEC-35] of users run nothing when they are installed', () => {
    const running = foreign.filter(([, entry]) => entry.hasInstallScript && !entry.dev && !entry.optional);
    expect(running.map(([path]) => path)).toEqual([]);
  });

  it('[SEC-35] of the core are two', () => {
    const { dependencies } = JSON.parse(readFileSync(`${root}packages/core/package.json`, 'utf8')) as {
      dependencies: object;
    };
    expect(Object.keys(dependencies).sort()).toEqual(['eventemitter3', 'zod']);
  });
});
