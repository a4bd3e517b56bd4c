import { partsOfRunList, runListFromParts } from '@fleetglass/core/client';
import type { PageName, SelectedKind, View } from './view.js';

const PAGES: readonly string[] = [
  'overview',
  'runs',
  'run',
  'agents',
  'tasks',
  'costs',
  'alerts',
  'compare',
  'settings',
] satisfies PageName[];

const KINDS = [
  'agent',
  'alert',
  'approval',
  'checkpoint',
  'file',
  'message',
  'node',
  'span',
  'task',
] satisfies SelectedKind[];

/** Reads what the address shows, such as `#run=run_1&at=42&agent=ANALYST`; odd parts are left out. */
export function viewFromHash(hash: string): View {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const text = (name: string): string | undefined => parts.get(name) || undefined;
  const page = text('page');
  const [runId, otherRunId, tab, query] = [text('run'), text('other'), text('tab'), text('find')];
  const seq = Number(parts.get('at') ?? Number.NaN);
  const kind = KINDS.find((name) => text(name) !== undefined);
  return {
    ...(page !== undefined && PAGES.includes(page) ? { page: page as PageName } : {}),
    ...(runId === undefined ? {} : { runId }),
    ...(otherRunId === undefined ? {} : { otherRunId }),
    ...(tab === undefined ? {} : { tab }),
    ...(query === undefined ? {} : { query }),
    ...runListFromParts(parts),
    ...(Number.isSafeInteger(seq) && seq > 0 ? { seq } : {}),
    ...(kind === undefined ? {} : { selected: { kind, id: text(kind) ?? '' } }),
  };
}

/** The other way round; empty for nothing in particular. */
export function hashFromView({ page, runId, otherRunId, tab, query, seq, selected, ...list }: View): string {
  const parts = new URLSearchParams();
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) parts.set(name, value);
  };
  set('page', page);
  set('run', runId);
  set('other', otherRunId);
  set('tab', tab);
  set('find', query);
  for (const [name, value] of partsOfRunList(list)) parts.append(name, value);
  set('at', seq === undefined ? undefined : String(seq));
  if (selected) set(selected.kind, selected.id);
  const text = parts.toString();
  return text === '' ? '' : `#${text}`;
}
