import fc from 'fast-check';
import { expect, it } from 'vitest';
import { safeFileName } from './download.js';

it('keeps names that are harmless, and tames the others', () => {
  expect(safeFileName('report-2026.csv')).toBe('report-2026.csv');
  expect(safeFileName('../../etc/passwd')).toBe('etc-passwd');
  expect(safeFileName('a\u202Egnp.exe')).toBe('a-gnp.exe');
  expect(safeFileName('///')).toBe('file');
});

it('never names another folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(safeFileName(name)).toMatch(/^[^/\\:]{1,120}$/);
    }),
  );
});
