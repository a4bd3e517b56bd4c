import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashFromView, viewFromHash } from './view-link.js';

describe('the address of a view', () => {
  it('reads what it wrote', () => {
    const name = fc.string({ minLength: 1 });
    const view = fc.record(
      {
        page: fc.constantFrom('overview' as const, 'compare' as const),
        runId: name,
        otherRunId: name,
        tab: name,
        query: name,
        seq: fc.integer({ min: 1 }),
        selected: fc.record({
          kind: fc.constantFrom('agent' as const, 'span' as const, 'task' as const),
          id: name,
        }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(view, (value) => {
        expect(viewFromHash(hashFromView(value))).toEqual(value);
      }),
    );
  });

  it.each(['', '#', '#at=-1', '#at=x', '#at=1.5', '#run=', '#agent=', '#%', '#at=99999999999999999999'])(
    'leaves out the odd parts of %j',
    (hash) => {
      expect(viewFromHash(hash)).toEqual({});
    },
  );
});
