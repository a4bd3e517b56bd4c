import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256Base64 } from './sha256.js';

it('is the SHA-256 that everyone else computes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(sha256Base64(text)).toBe(createHash('sha256').update(text, 'utf8').digest('base64'));
    }),
  );
  for (const length of [55, 56, 63, 64, 65, 100_000]) {
    const text = 'x'.repeat(length);
    expect(sha256Base64(text)).toBe(createHash('sha256').update(text).digest('base64'));
  }
});
