import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Setting } from './settings.js';
import { SETTINGS } from './settings.js';

const page = readFileSync(fileURLToPath(new URL('../../../../docs/operations.md', import.meta.url)), 'utf8');

/** What the page has to say of a setting. */
function rowOf({ name, fallback, description, isRequired }: Setting): string {
  const isNothing =
    fallback === undefined || fallback === '' || (Array.isArray(fallback) && fallback.length === 0);
  const shown = typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
  const text = isRequired ? 'required' : isNothing ? '–' : `\`${shown}\``;
  return `| \`${name}\` | ${text} | ${description} |`;
}

describe('docs/operations.md', () => {
  it('has a row for each setting and for nothing else, as the schema has them', () => {
    const [, table = ''] = page.split('| setting | default | meaning |\n|---|---|---|\n');
    expect(table.split('\n\n')[0]?.split('\n')).toEqual(SETTINGS.map(rowOf));
  });
});
