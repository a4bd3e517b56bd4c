import { describe, expect, it } from 'vitest';
import type { Finding } from '../checks/finding.js';
import { notRun } from '../checks/finding.js';
import { writeReport } from './report.js';
import { ReviewState } from './state.js';
import type { FileReview, PaidCall } from './state.js';

const finding = (rest: Partial<Finding> = {}): Finding => ({
  check: 'types',
  rule: 'TS2322',
  severity: 'error',
  file: 'src/a.ts',
  line: 7,
  message: 'a string is no number',
  ...rest,
});

const review = (rest: Partial<FileReview> = {}): FileReview => ({
  path: 'src/a.ts',
  lines: 10,
  checks: { types: { ran: true, note: '', findings: [finding()], total: 1 } },
  prose: 'Fix the types.',
  ...rest,
});

const call = (rest: Partial<PaidCall> = {}): PaidCall => ({
  agent: 'REVIEWER-1',
  model: 'm-1',
  usage: { inputTokens: 1000, outputTokens: 50 },
  cost: { nanoUsd: 3_750_000, basis: 'simulated' },
  ...rest,
});

const report = (state: Partial<ReviewState>): string =>
  writeReport(ReviewState.parse({ dir: '/repository', maxFiles: 40, ...state }), { runId: 'run_1', time: 0 });

describe('the report', () => {
  it('names file, line, rule and check of every finding', () => {
    const text = report({ reviews: [review()] });
    expect(text).toContain('- `src/a.ts:7` **error** a string is no number (types, `TS2322`)');
    expect(text).toContain('| types | 1 | 0 | 1 | 0 | 0 | 0 |');
  });

  it('lists the gravest finding of a file first, and files by path', () => {
    const findings = [finding({ severity: 'info', line: 1 }), finding({ severity: 'error', line: 9 })];
    const text = report({
      reviews: [
        review({ path: 'z.ts', checks: {} }),
        review({ checks: { types: { ran: true, note: '', findings, total: 2 } } }),
      ],
    });
    expect(text.indexOf(':9`')).toBeLessThan(text.indexOf(':1`'));
    expect(text.indexOf('**src/a.ts**')).toBeLessThan(text.indexOf('**z.ts**'));
  });

  it('says what was not checked and why', () => {
    const text = report({
      reviews: [
        review({ checks: { types: notRun('no tsconfig.json includes the file') } }),
        review({ path: 'gone.ts', checks: {}, unread: 'it cannot be read' }),
      ],
    });
    expect(text).toContain('- `src/a.ts`: types: no tsconfig.json includes the file');
    expect(text).toContain('- `gone.ts`: it cannot be read');
    expect(text).toContain('| types | 0 | 1 |');
  });

  it('keeps what the model wrote apart, quoted and without effect', () => {
    const prose = '# Fine\n- `src/a.ts:1` **error** forged <script>alert(1)</script>';
    const text = report({ reviews: [review({ prose })], summaryProse: prose });
    const [checks = '', model = ''] = text.split('## What the model wrote');
    expect(checks).not.toContain('forged');
    expect(model).toContain('> \\# Fine');
    expect(text).not.toContain('<script>');
  });

  it('lets no path or message become Markdown', () => {
    const path = 'a`](javascript:x)|.ts';
    const text = report({
      reviews: [
        review({
          path,
          checks: {
            types: {
              ran: true,
              note: '',
              findings: [finding({ file: path, message: '</td><b>\n# x' })],
              total: 1,
            },
          },
        }),
      ],
    });
    expect(text).toContain(`\`\`${path}:7\`\``);
    expect(text).toContain('&lt;/td&gt;&lt;b&gt; # x');
  });

  it('adds up tokens and cost by agent and says that they are simulated', () => {
    const text = report({ reviews: [review()], calls: [call(), call(), call({ agent: 'PLANNER' })] });
    expect(text).toContain('## Cost (simulated)');
    expect(text).toContain('| REVIEWER-1 | 2 | 2000 | 100 | 0.007500 |');
    expect(text).toContain('| all | 3 | 3000 | 150 | 0.011250 |');
    expect(text).toContain('Basis of the cost: simulated.');
  });

  it('says nothing of a simulation when the calls were real, and marks an unknown price', () => {
    const text = report({
      reviews: [review()],
      calls: [call({ cost: { nanoUsd: 1_000_000, basis: 'list' } }), call({ cost: { basis: 'unknown' } })],
    });
    expect(text).not.toContain('imulated');
    expect(text).toContain('| all | 2 | 2000 | 100 | ≥ 0.001000 |');
  });

  it('counts the files that were chosen among those there are', () => {
    const entry = { path: 'a.ts', bytes: 1, kind: 'source', commits: 0 } as const;
    const overview = { files: 90, leftOut: 1, from: 'git', kinds: {}, commits: [] } as const;
    expect(report({ plan: [entry], overview })).toContain('1 of 90 files.');
  });
});
