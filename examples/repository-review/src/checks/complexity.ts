import ts from 'typescript';
import type { CheckResult, Finding } from './finding.js';
import { checkResult } from './finding.js';
import type { FunctionNode } from './source-file.js';
import { functionName, functionsOf, isFunctionNode, lineOf } from './source-file.js';

/** Above it a function is worth splitting (McCabe's own limit); above twice as much it is an error. */
export const COMPLEXITY_LIMIT = 10;

const DECISION_OPERATORS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

function isDecision(node: ts.Node): boolean {
  return (
    ts.isIfStatement(node) ||
    ts.isConditionalExpression(node) ||
    ts.isForStatement(node) ||
    ts.isForInStatement(node) ||
    ts.isForOfStatement(node) ||
    ts.isWhileStatement(node) ||
    ts.isDoStatement(node) ||
    ts.isCaseClause(node) ||
    ts.isCatchClause(node) ||
    (ts.isBinaryExpression(node) && DECISION_OPERATORS.has(node.operatorToken.kind))
  );
}

/**
 * Cyclomatic complexity (McCabe 1976) of one function: 1 + its decisions, which are `if`, `?:`, every loop, every `case`
 * (not `default`), `catch`, and `&&`, `||`, `??` with their assignments. A function inside counts on its own; its
 * decisions are not its parent's.
 */
export function complexityOf(node: FunctionNode): number {
  let decisions = 0;
  const visit = (child: ts.Node): void => {
    if (isFunctionNode(child)) return;
    if (isDecision(child)) decisions += 1;
    ts.forEachChild(child, visit);
  };
  // Default values of parameters belong to the function too.
  node.parameters.forEach(visit);
  visit(node.body);
  return 1 + decisions;
}

export function checkComplexity(source: ts.SourceFile): CheckResult {
  const functions = functionsOf(source);
  let most = 0;
  const findings: Finding[] = [];
  for (const node of functions) {
    const complexity = complexityOf(node);
    most = Math.max(most, complexity);
    if (complexity <= COMPLEXITY_LIMIT) continue;
    findings.push({
      check: 'complexity',
      rule: 'cyclomatic',
      severity: complexity > 2 * COMPLEXITY_LIMIT ? 'error' : 'warning',
      file: source.fileName,
      line: lineOf(source, node.getStart(source)),
      message: `${functionName(node)} has complexity ${complexity} (limit ${COMPLEXITY_LIMIT})`,
    });
  }
  return checkResult(`${functions.length} functions, highest complexity ${most}`, findings);
}
