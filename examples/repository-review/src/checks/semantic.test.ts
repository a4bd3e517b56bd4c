import { join } from 'node:path';
import { systemClock } from '@fleetglass/core';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../../test/temporary-folder.js';
import { createInlineSemanticChecker } from './inline-semantic-checker.js';
import { checkProject, findProject } from './project.js';

const never = new AbortController().signal;
const tsconfig = JSON.stringify({
  compilerOptions: { strict: true, types: [], lib: ['ES2022'] },
  include: ['src'],
});

describe('types', () => {
  it('reports errors in the file and line where they are', async () => {
    const files = {
      'tsconfig.json': tsconfig,
      'src/a.ts': 'export const a: number = 1;\n',
      'src/b.ts': "import { a } from './a.js';\nexport const b: string = a;\n",
    };
    await withFolder(files, async (dir) => {
      const checker = createInlineSemanticChecker(systemClock);
      const ask = (path: string) =>
        checker.check({ session: 's', dir, path, alongside: ['src/a.ts', 'src/b.ts'] }, never);
      expect((await ask('src/a.ts')).findings).toEqual([]);
      expect((await ask('src/b.ts')).findings).toMatchObject([
        { check: 'types', rule: 'TS2322', severity: 'error', file: 'src/b.ts', line: 2 },
      ]);
    });
  });

  it('says so when no project includes the file', async () => {
    await withFolder({ 'tsconfig.json': tsconfig, 'tools/a.ts': '' }, async (dir) => {
      const checker = createInlineSemanticChecker(systemClock);
      const result = await checker.check({ session: 's', dir, path: 'tools/a.ts', alongside: [] }, never);
      expect(result).toMatchObject({ ran: false, note: 'no tsconfig.json includes the file' });
    });
  });

  it('does not blame the code for dependencies that are not installed', async () => {
    const files = {
      'tsconfig.json': tsconfig,
      'src/a.ts': "import { x } from 'not-installed';\nexport const a: string = x;\n",
      'src/b.ts': "import { x } from './missing.js';\nexport const b: string = x;\n",
    };
    await withFolder(files, async (dir) => {
      const checker = createInlineSemanticChecker(systemClock);
      const ask = (path: string) => checker.check({ session: 's', dir, path, alongside: [] }, never);
      expect(await ask('src/a.ts')).toMatchObject({
        ran: false,
        note: expect.stringContaining('dependencies') as string,
      });
      expect((await ask('src/b.ts')).findings).toMatchObject([{ rule: 'TS2307', line: 1 }]);
    });
  });

  it('never looks for a project outside the folder', async () => {
    await withFolder({ 'tsconfig.json': tsconfig, 'src/inner/a.ts': '' }, async (dir) => {
      expect(findProject(dir, 'src/inner/a.ts')?.config).toBe(join(dir, 'tsconfig.json'));
      expect(findProject(join(dir, 'src/inner'), 'a.ts')).toBeUndefined();
    });
  });

  it('gives up when its time is over', async () => {
    await withFolder(
      { 'tsconfig.json': tsconfig, 'src/a.ts': 'export const a: string = 1;' },
      async (dir) => {
        const project = findProject(dir, 'src/a.ts');
        if (!project) throw new Error('no project');
        let now = 0;
        const clock = { ...systemClock, monotonic: () => (now += 1000) };
        const results = checkProject(project, dir, ['src/a.ts'], {
          clock,
          limitMs: 1500,
          documents: ts.createDocumentRegistry(),
        });
        expect(results.get('src/a.ts')).toMatchObject({ ran: false, note: 'types not checked within 2 s' });
      },
    );
  });
});
