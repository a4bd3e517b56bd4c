import ts from 'typescript';
import type { CheckResult, Finding } from './finding.js';
import { checkResult } from './finding.js';
import type { FunctionNode } from './source-file.js';
import { calleeName, functionName, functionsOf, lineOf } from './source-file.js';

export const FILE_LINES_LIMIT = 350;
export const FUNCTION_LINES_LIMIT = 60;

/** Callbacks of these only group what is inside. */
const GROUPING = new Set(['describe', 'suite', 'context']);

/** Lines of a text; a newline at the end starts no line of its own. */
export function countLines(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** @param source the parsed file, where it could be parsed */
export function checkSize(path: string, text: string, source?: ts.SourceFile): CheckResult {
  const lines = countLines(text);
  const findings: Finding[] = [];
  if (lines > FILE_LINES_LIMIT && source) {
    findings.push({
      check: 'size',
      rule: 'long-file',
      severity: lines > 2 * FILE_LINES_LIMIT ? 'warning' : 'info',
      file: path,
      line: 1,
      message: `the file has ${lines} lines (limit ${FILE_LINES_LIMIT})`,
    });
  }
  for (const node of source ? functionsOf(source) : []) {
    const first = lineOf(node.getSourceFile(), node.getStart());
    const length = lineOf(node.getSourceFile(), node.getEnd()) - first + 1;
    if (length <= FUNCTION_LINES_LIMIT || isGrouping(node)) continue;
    findings.push({
      check: 'size',
      rule: 'long-function',
      severity: length > 2 * FUNCTION_LINES_LIMIT ? 'warning' : 'info',
      file: path,
      line: first,
      message: `${functionName(node)} has ${length} lines (limit ${FUNCTION_LINES_LIMIT})`,
    });
  }
  return checkResult(`${lines} lines`, findings);
}

function isGrouping(node: FunctionNode): boolean {
  return ts.isCallExpression(node.parent) && GROUPING.has(calleeName(node.parent));
}
