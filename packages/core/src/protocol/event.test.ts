import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, isEventType } from './event.js';
import { MERGEABLE_TYPES } from './merge.js';

describe('docs/protocol.md', () => {
  const page = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8');
  const cells = [...page.matchAll(/^\| (`[a-z]+\.[a-zA-Z]+`.*?) \|/gm)].map(([, cell]) => cell ?? '');
  const typesOf = (text: string): string[] =>
    [...text.matchAll(/`([a-z]+\.[a-zA-Z]+)`/g)].map(([, type]) => type ?? '');

  it('lists every event type once', () => {
    expect(cells.flatMap(typesOf).sort()).toEqual([...EVENT_TYPES].sort());
  });

  it('marks the types that may be merged', () => {
    expect(
      cells
        .filter((cell) => cell.endsWith('*m*'))
        .flatMap(typesOf)
        .sort(),
    ).toEqual([...MERGEABLE_TYPES].sort());
  });
});

describe('isEventType', () => {
  it('knows the types and nothing that objects have anyway', () => {
    expect(EVENT_TYPES.every(isEventType)).toBe(true);
    expect(['run', 'future.invented', '__proto__', 'constructor', 'toString', ''].some(isEventType)).toBe(
      false,
    );
  });
});
