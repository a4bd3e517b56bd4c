import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { append, createList } from './list.js';
import type { List } from './list.js';
import { createTable, TableDraft } from './table.js';
import type { Table } from './table.js';

interface Row {
  readonly n: number;
}

const key = (_: string | undefined, id: string): string => id;

type Change = readonly [action: 'put' | 'remove', id: string, n: number];

function apply(table: Table<Row>, changes: readonly Change[]): Table<Row> {
  const draft = new TableDraft(table, key, (row) => ({ ...row }));
  for (const [action, id, n] of changes) {
    const held = draft.find('', id);
    if (action === 'remove') draft.remove(id);
    else if (held) held.value.n = n;
    else draft.add('', id, { n });
  }
  return draft.finish();
}

function applyToMap(map: ReadonlyMap<string, number>, changes: readonly Change[]): Map<string, number> {
  const next = new Map(map);
  for (const [action, id, n] of changes) {
    if (action === 'remove') next.delete(id);
    else next.set(id, n);
  }
  return next;
}

const change = fc.tuple(
  fc.constantFrom('put' as const, 'put' as const, 'remove' as const),
  fc.nat(200).map((n) => `id${n}`),
  fc.nat(),
);
const batches = fc.array(fc.record({ from: fc.nat(), changes: fc.array(change, { maxLength: 100 }) }), {
  maxLength: 12,
});

describe('a table', () => {
  it('is a map in the order of appearance, in every version and on every branch', () => {
    fc.assert(
      fc.property(batches, (steps) => {
        const versions: { readonly table: Table<Row>; readonly map: ReadonlyMap<string, number> }[] = [
          { table: createTable<Row>(), map: new Map() },
        ];
        for (const { from, changes } of steps) {
          const base = versions[from % versions.length]!;
          versions.push({ table: apply(base.table, changes), map: applyToMap(base.map, changes) });
        }
        for (const { table, map } of versions) {
          expect(table.ids()).toEqual([...map.keys()]);
          expect([...table.values()].map(({ n }) => n)).toEqual([...map.values()]);
          expect(table.size).toBe(map.size);
          const wrong = Array.from({ length: 201 }, (_, i) => `id${i}`).filter(
            (id) => table.get(id)?.n !== map.get(id),
          );
          expect(wrong).toEqual([]);
        }
      }),
    );
  });

  it('shares what a batch does not touch', () => {
    const ids = Array.from({ length: 300 }, (_, i) => `id${i}`);
    const table = createTable(ids.map((id, n) => [id, { n }] as const));
    const next = apply(table, [['put', 'id7', -1]]);
    expect(next.get('id7')).toEqual({ n: -1 });
    expect(table.get('id7')).toEqual({ n: 7 });
    expect(next.ids()).toBe(table.ids());
    for (const id of ids) if (id !== 'id7') expect(next.get(id)).toBe(table.get(id));
    expect(apply(table, [])).toBe(table);
    expect(apply(table, [['remove', 'unknown', 0]])).toBe(table);
  });
});

describe('a list', () => {
  it('is the array that its own values make, on every branch', () => {
    const steps = fc.array(fc.record({ from: fc.nat(), value: fc.nat(3) }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (appended) => {
        const versions: { readonly list: List<number>; readonly array: readonly number[] }[] = [
          { list: createList(), array: [] },
        ];
        for (const { from, value } of appended) {
          const base = versions[from % versions.length]!;
          versions.push({ list: append(base.list, value), array: [...base.array, value] });
        }
        for (const { list, array } of versions) {
          expect(list.slice(0)).toEqual(array);
          expect([...list.values()]).toEqual(array);
          expect(list.length).toBe(array.length);
          expect(list.at(array.length)).toBeUndefined();
          expect(list.at(array.length - 1)).toBe(array.at(-1));
        }
      }),
    );
  });
});
