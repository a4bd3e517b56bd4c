import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { codeOf, guides } from './guide-code.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Compiles every guide as if its code stood in a file beside it. */
function problems(): string[] {
  const { config } = ts.readConfigFile(`${root}tsconfig.base.json`, ts.sys.readFile) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, noEmit: true, declaration: false, declarationMap: false, types: ['node'] },
    root,
  );
  const code = new Map(guides().map((guide) => [`${root}docs/guides/${guide}.ts`, codeOf(guide)]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => code.has(file) || fileExists(file);
  host.readFile = (file) => code.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const own = code.get(file);
    return own === undefined
      ? getSourceFile(file, version, ...rest)
      : ts.createSourceFile(file, own, version);
  };
  const program = ts.createProgram([...code.keys()], options, host);
  return [...code.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${file.slice(root.length)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

describe('the guides', () => {
  it('compile', () => {
    expect(problems()).toEqual([]);
  });

  it.each(guides())('%s does what it says', async (guide) => {
    await import(/* @vite-ignore */ `../guides/${guide}.guide.ts`);
    expect(codeOf(guide)).toContain('assert');
  });
});
