import ts from 'typescript';
import type { CheckResult, Finding } from './finding.js';
import { checkResult } from './finding.js';

/** A diagnostic of TypeScript as a finding; those without a place are about the project, not about a file. */
export function toFinding(check: 'syntax' | 'types', path: string, diagnostic: ts.Diagnostic): Finding {
  const place = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
  const [message = ''] = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n').split('\n');
  return {
    check,
    rule: `TS${diagnostic.code}`,
    severity: diagnostic.category === ts.DiagnosticCategory.Error ? 'error' : 'warning',
    file: path,
    line: (place?.line ?? 0) + 1,
    message: message.slice(0, 300),
  };
}

const SYNTAX_OPTIONS: ts.CompilerOptions = {
  allowJs: true,
  noLib: true,
  noResolve: true,
  isolatedModules: true,
  jsx: ts.JsxEmit.Preserve,
  target: ts.ScriptTarget.Latest,
};

/** Syntax errors of one parsed file; needs no project. */
export function checkSyntax(source: ts.SourceFile): CheckResult {
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === source.fileName ? source : undefined),
    getDefaultLibFileName: () => 'lib.d.ts',
    getCurrentDirectory: () => '',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (name) => name === source.fileName,
    readFile: () => undefined,
    writeFile: () => undefined,
  };
  const program = ts.createProgram({ rootNames: [source.fileName], options: SYNTAX_OPTIONS, host });
  const findings = program
    .getSyntacticDiagnostics(source)
    .map((diagnostic) => toFinding('syntax', source.fileName, diagnostic));
  return checkResult('parsed', findings);
}
