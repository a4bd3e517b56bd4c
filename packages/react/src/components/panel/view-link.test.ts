import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRunList } from '@fleetglass/core/client';
import { hashFromView, viewFromHash } from './view-link.js';

describe('the address of a view', () => {
  it('reads what it wrote', () => {
    const name = fc.string({ minLength: 1 });
    const some = <T>(value: fc.Arbitrary<T>) => fc.uniqueArray(value, { minLength: 1, maxLength: 20 });
    const view = fc.record(
      {
        page: fc.constantFrom('overview' as const, 'compare' as const),
        runId: name,
        otherRunId: name,
        tab: name,
        query: name,
        filters: fc.record(
          {
            status: some(fc.constantFrom('failed' as const, 'running' as const)),
            priority: some(fc.constantFrom('high' as const, 'low' as const)),
            labels: some(fc.string({ minLength: 1, maxLength: 256 })),
            source: some(fc.string({ maxLength: 256 })),
            within: fc.nat(),
            from: fc.nat(),
            to: fc.nat(),
          },
          { requiredKeys: [] },
        ),
        sort: fc.record({
          column: fc.constantFrom('cost' as const, 'lastEvent' as const),
          direction: fc.constantFrom('ascending' as const, 'descending' as const),
        }),
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
        const { filters = {}, ...others } = value;
        const read = Object.keys(filters).length === 0 ? others : { ...others, filters };
        expect(viewFromHash(hashFromView(value))).toEqual(read);
      }),
    );
  });

  it.each([
    '',
    '#',
    '#at=-1',
    '#at=x',
    '#at=1.5',
    '#run=',
    '#agent=',
    '#%',
    '#at=99999999999999999999',
    '#status=evil&priority=__proto__&label=&sort=cost',
    '#within=-1&from=x&to=1e99',
    '#sort=constructor:ascending&sort=x',
    '#within=',
  ])('leaves out the odd parts of %j', (hash) => {
    expect(viewFromHash(hash)).toEqual({});
  });

  it('takes no more of a list than a reader could have chosen', () => {
    const label = (length: number) => `label=${'x'.repeat(length)}`;
    expect(viewFromHash(`#${label(257)}&${label(3)}&${label(3)}`)).toEqual({ filters: { labels: ['xxx'] } });
    const many = Array.from({ length: 500 }, (_, at) => `source=${at}`).join('&');
    expect(viewFromHash(`#${many}`).filters?.source).toHaveLength(20);
  });

  it('survives anything that a host read from elsewhere', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.anything(), (filters, sort) => {
        const read = readRunList({ filters, sort });
        expect(viewFromHash(hashFromView(read))).toEqual(read);
      }),
    );
  });
});
