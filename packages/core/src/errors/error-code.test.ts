import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from './error-code.js';

describe('docs/errors.md', () => {
  const page = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [
    ...page.matchAll(/^\| <a id="([a-z_]+)"><\/a>`([A-Z_]+)` \| (\d+) \| (yes|no) \| (.+) \| (.+) \|$/gm),
  ];

  it('tells of every code what the table of codes says', () => {
    const documented = rows.map(([, anchor, code, status, retry]) => [
      anchor,
      code,
      Number(status),
      retry === 'yes',
    ]);
    const known = Object.entries(ERROR_CODES).map(([code, { status, retryable }]) => [
      code.toLowerCase(),
      code,
      status,
      retryable,
    ]);
    expect(documented.sort()).toEqual(known.sort());
  });
});
