import { describe, expect, it } from 'vitest';
import { codeOf, guides } from './guide-code.js';

describe('the guides', () => {
  it.each(guides())('%s does what it says', async (guide) => {
    await import(/* @vite-ignore */ `../guides/${guide}.guide.ts`);
    expect(codeOf(guide)).toContain('assert');
  });
});
