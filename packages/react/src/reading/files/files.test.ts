import type { FleetEvent } from '@fleetglass/core/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedRows, rawRows, unifiedRows } from './diff-rows.js';
import { filterOperations, historiesOf, operationsOf } from './file-operations.js';
import { filesToCsv, filesToMarkdown } from './file-report.js';
import { filesLabels } from './files-labels.js';
import { parseDiff } from './parse-diff.js';

let seq = 0;
const touched = (name: string, data: object, agentId = 'A'): FleetEvent => ({
  v: 1,
  seq: (seq += 1),
  time: seq,
  type: `file.${name}`,
  agentId,
  data: { ...data },
});
const operations = operationsOf([
  touched('read', { path: 'a.ts', lines: 10 }),
  touched('created', { path: 'b.ts', linesAdded: 5 }, 'B'),
  touched('modified', { path: 'a.ts', linesAdded: 3, linesRemoved: 1, diff: 'ref' }),
  touched('modified', { path: 'b.ts', linesAdded: 2, linesRemoved: 2 }, 'B'),
  touched('deleted', { path: 'c.ts' }),
  touched('read', { path: 'd.ts' }),
  touched('modified', { path: 7 }),
]);

describe('files', () => {
  it('are summed up by their weightiest operation, those only read last', () => {
    expect(
      historiesOf(operations).map(({ path, name, added, removed }) => [path, name, added, removed]),
    ).toEqual([
      ['a.ts', 'modified', 3, 1],
      ['b.ts', 'created', 7, 2],
      ['c.ts', 'deleted', 0, 0],
      ['d.ts', 'read', 0, 0],
    ]);
  });

  it('are filtered by side, operation, agent and path', () => {
    const all = { side: 'all', name: '', agentId: '', query: '' } as const;
    expect(filterOperations(operations, { ...all, side: 'consumed' })).toHaveLength(2);
    expect(filterOperations(operations, { ...all, side: 'produced' })).toHaveLength(4);
    expect(filterOperations(operations, { ...all, name: 'deleted' })).toHaveLength(1);
    expect(filterOperations(operations, { ...all, agentId: 'B' })).toHaveLength(2);
    expect(filterOperations(operations, { ...all, query: 'A.TS' })).toHaveLength(2);
  });

  it('survive events of any shape', () => {
    fc.assert(
      fc.property(fc.array(fc.object()), (list) => {
        const read = operationsOf(list.map((data) => touched('modified', data)));
        expect(historiesOf(read).length).toBeLessThanOrEqual(list.length);
      }),
    );
  });
});

describe('a report', () => {
  const options = {
    title: 'Files',
    words: filesLabels.english,
    agentOf: ({ agentId }: { readonly agentId?: string | undefined }) => agentId ?? '',
    timeOf: (ms: number) => String(ms),
  };

  it('[SEC-26] never makes a formula of a path', () => {
    for (const path of ['=1+1', '+x', '-x', '@x', '\t=x', ' =x', '＝x', '\u0000=x']) {
      const csv = filesToCsv(operationsOf([touched('read', { path })]), options);
      expect(csv.split('\r\n')[1]).toContain(`"'${path}"`);
    }
  });

  it('keeps quotes and commas in their cell, and paths in their fence', () => {
    const odd = operationsOf([
      touched('created', { path: 'a "b", c' }),
      touched('created', { path: '```\n# x' }),
    ]);
    expect(filesToCsv(odd, options)).toContain('"a ""b"", c"');
    expect(filesToMarkdown(historiesOf(odd), options)).toContain('````\n```\n# x\n````');
  });
});

const DIFF = '--- a/x\n+++ b/x\n@@ -1,4 +1,4 @@\n one\n-two\n-three\n+2\n four\n+five\n';

describe('a diff', () => {
  it('numbers the lines before and after', () => {
    const rows = unifiedRows(parseDiff(DIFF) ?? []).flatMap((row) => (row.kind === 'line' ? [row] : []));
    expect(rows.map(({ cell, other }) => [cell.mark, cell.number, other, cell.text])).toEqual([
      ['same', 1, 1, 'one'],
      ['removed', 2, undefined, 'two'],
      ['removed', 3, undefined, 'three'],
      ['added', 2, undefined, '2'],
      ['same', 3, 4, 'four'],
      ['added', 4, undefined, 'five'],
    ]);
  });

  it('puts what was removed beside what took its place', () => {
    const rows = pairedRows(parseDiff(DIFF) ?? []).flatMap((row) => (row.kind === 'pair' ? [row] : []));
    expect(rows.map(({ left, right }) => [left?.text, right?.text])).toEqual([
      ['one', 'one'],
      ['two', '2'],
      ['three', undefined],
      ['four', 'four'],
      [undefined, 'five'],
    ]);
  });

  it.each(['', 'no diff at all', '@@ -1,99999999 +1 @@\n+x', '@@ -a,b @@\n', '--- a\n+++ b\n'])(
    'that is none or broken is shown as it is: %j',
    (text) => {
      expect(parseDiff(text)).toBeUndefined();
      expect(rawRows(text)).toHaveLength(text.split('\n').length);
    },
  );

  it('never breaks', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '@@ -1 +1 @@',
        '--- a',
        '+++ b',
        '+x',
        '-y',
        ' z',
        '\\ No newline',
        'diff --git a/x b/x',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const patches = parseDiff(lines.join('\n')) ?? [];
        expect(pairedRows(patches).length).toBeLessThanOrEqual(unifiedRows(patches).length);
      }),
    );
  });
});
