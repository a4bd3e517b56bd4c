import ts from 'typescript';
import type { CheckResult, Finding } from './finding.js';
import { checkResult } from './finding.js';

const MARK = /\b(TODO|FIXME|HACK|XXX)\b[ \t]*(?:\([^)\n]{0,40}\))?[ \t]*:?[ \t]*(.{0,120})/;
const COMMENT_START = /(?:^|\s)(?:\/\/|\/\*|\*|#|--|;|<!--|%)/;

/** Finds marks of unfinished work: in comments of a parsed file, in lines that look like comments of any other. */
export function checkTodo(path: string, text: string, source?: ts.SourceFile): CheckResult {
  const findings: Finding[] = [];
  const lines = source ? commentLines(source, text) : plainLines(text);
  for (const { line, comment } of lines) {
    const match = MARK.exec(comment);
    const [, mark = '', rest = ''] = match ?? [];
    if (!match) continue;
    const note = rest.replace(/\s*(?:\*\/|-->)?\s*$/, '');
    findings.push({
      check: 'todo',
      rule: mark.toLowerCase(),
      severity: mark === 'TODO' ? 'info' : 'warning',
      file: path,
      line,
      message: note === '' ? mark : `${mark}: ${note}`,
    });
  }
  return checkResult(`${lines.length} comment lines`, findings);
}

interface CommentLine {
  readonly line: number;
  readonly comment: string;
}

function plainLines(text: string): readonly CommentLine[] {
  return text.split('\n').flatMap((content, index) => {
    const start = content.search(COMMENT_START);
    return start < 0 ? [] : [{ line: index + 1, comment: content.slice(start) }];
  });
}

/** A string or JSX text that only looks like a comment is none, so the parser is asked. */
function commentLines(source: ts.SourceFile, text: string): readonly CommentLine[] {
  const ranges = new Map<number, number>();
  const add = (found: readonly ts.CommentRange[] | undefined): void =>
    found?.forEach(({ pos, end }) => ranges.set(pos, end));
  const texts: ts.JsxText[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) {
      texts.push(node);
    } else if (node.getChildCount(source) === 0) {
      add(ts.getLeadingCommentRanges(text, node.getFullStart()));
      add(ts.getTrailingCommentRanges(text, node.getEnd()));
    }
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  for (const { pos, end } of texts) {
    for (const start of ranges.keys()) if (start >= pos && start < end) ranges.delete(start);
  }
  return [...ranges]
    .sort(([a], [b]) => a - b)
    .flatMap(([pos, end]) => {
      const first = source.getLineAndCharacterOfPosition(pos).line + 1;
      return text
        .slice(pos, end)
        .split('\n')
        .map((comment, index) => ({ line: first + index, comment }));
    });
}
