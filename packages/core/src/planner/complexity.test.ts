import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateComplexity } from './complexity.js';
import { DEFAULT_SIGNALS } from './complexity-signals.js';

const LEVELS = ['simple', 'moderate', 'complex'];
const codes = (description: string): string[] =>
  estimateComplexity(description)
    .reasons.map(({ code }) => code)
    .sort();

/** Descriptions that signals find something in, among any text. */
const descriptions = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom(
        'Fix the typo in the README',
        '- it must keep the database schema',
        'migrate src/log/store.ts and src/lib/ids.ts',
        'find out why it sometimes fails',
      ),
    ),
    { maxLength: 12 },
  )
  .map((lines) => lines.join('\n'));

describe('estimateComplexity', () => {
  it.each([
    ['Fix the typo in the footer', 'simple'],
    ['Rename the button to Save', 'simple'],
    ['Add a dark mode switch', 'simple'],
    ['Add rate limiting to the public API; it must survive a restart, and performance matters', 'moderate'],
    [
      'Migrate authentication to the new service across all packages.\n- tokens must be encrypted\n- sessions must be kept\n- it has to be backwards compatible',
      'complex',
    ],
  ])('finds that %j is %s', (description, complexity) => {
    expect(estimateComplexity(description).complexity).toBe(complexity);
  });

  it('gives every reason with what it found', () => {
    const { reasons, score } = estimateComplexity(
      'Investigate the deadlock in src/a.ts and lib/b.ts, a small thing',
    );
    expect(reasons.map(({ code, points, found }) => [code, points, found])).toEqual([
      ['places', 1, ['lib/b.ts', 'src/a.ts']],
      ['risk', 1, ['deadlock']],
      ['uncertainty', 1, ['investigate']],
      ['smallChange', -1, ['small']],
    ]);
    expect(score).toBe(2);
  });

  it('counts words of scripts that write without spaces', () => {
    expect(codes('修复登录页面在移动设备上的显示问题并确保所有浏览器都能正常工作不出现错误')).toEqual([
      'length',
    ]);
  });

  it('takes other thresholds and signals', () => {
    const signals = [
      ...DEFAULT_SIGNALS,
      {
        code: 'payments',
        measure: (text: string) =>
          text.includes('invoice')
            ? { points: 5, found: ['invoice'], message: 'It is about money' }
            : undefined,
      },
    ];
    expect(estimateComplexity('Add an invoice', { signals }).complexity).toBe('complex');
    expect(estimateComplexity('Add an invoice', { signals, thresholds: { complex: 6 } }).complexity).toBe(
      'moderate',
    );
  });

  it('survives any text, always gives the same answer, and its reasons add up', () => {
    fc.assert(
      fc.property(descriptions, (description) => {
        const estimate = estimateComplexity(description);
        expect(estimateComplexity(description)).toEqual(estimate);
        expect(estimate.reasons.reduce((sum, { points }) => sum + points, 0)).toBe(estimate.score);
        const { moderate, complex } = estimate.thresholds;
        const level = (estimate.score >= moderate ? 1 : 0) + (estimate.score >= complex ? 1 : 0);
        expect(LEVELS.indexOf(estimate.complexity)).toBe(level);
      }),
    );
  });

  it('never becomes easier by a further requirement', () => {
    fc.assert(
      fc.property(descriptions, (description) => {
        const more = estimateComplexity(`${description}\n- it must also work`);
        expect(more.score).toBeGreaterThanOrEqual(estimateComplexity(description).score);
      }),
    );
  });

  it('looks at a bounded part of a huge text', () => {
    const reasons = codes(`${'a'.repeat(20_000)} deadlock`);
    expect(reasons).toEqual([]);
    for (const piece of ['a/', '- ', '{{ ', '\t', 'e.', '@-.'])
      estimateComplexity(piece.repeat(200_000 / piece.length));
  });
});
