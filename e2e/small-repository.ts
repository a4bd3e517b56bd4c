import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'fleetglass-e2e-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

const tsconfig = { compilerOptions: { strict: true, types: [], lib: ['ES2022'] }, include: ['src'] };

/** Makes a repository with a history, `count` modules, one type error in `src/module-0.ts` and one mark of unfinished work. */
export function makeRepository(dir: string, count: number): void {
  mkdirSync(join(dir, 'src'), { recursive: true });
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(tsconfig));
  for (let index = 0; index < count; index += 1) {
    const body = Array.from({ length: 20 }, (_, line) => `export const value${line} = ${line};`).join('\n');
    writeFileSync(join(dir, `src/module-${index}.ts`), `${body}\n`);
  }
  writeFileSync(
    join(dir, 'src/module-0.ts'),
    'export const a = 1;\nexport const wrong: string = a;\n// FIXME: later\n',
  );
  const git = (...args: string[]): void => {
    const identity = [
      '-c',
      'user.name=Ann',
      '-c',
      'user.email=ann@example.com',
      '-c',
      'commit.gpgsign=false',
    ];
    execFileSync('git', ['-C', dir, ...identity, ...args], { stdio: 'ignore' });
  };
  git('init');
  git('add', '.');
  git('commit', '-m', 'First');
}
