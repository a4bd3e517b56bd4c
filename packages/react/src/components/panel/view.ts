import type { RunColumn, RunFilters, SortOrder } from '@fleetglass/core/client';

/** Pages of the dashboard. */
export type PageName =
  'overview' | 'runs' | 'run' | 'agents' | 'tasks' | 'costs' | 'alerts' | 'compare' | 'settings';

/** Kinds of things that can be selected in a view. */
export type SelectedKind =
  'agent' | 'alert' | 'approval' | 'checkpoint' | 'file' | 'message' | 'node' | 'span' | 'task';

/** What is looked at: serialisable, so that a host can link to "this moment of this run". */
export interface View {
  /** @default 'run' with a run, else 'overview' */
  readonly page?: PageName;
  readonly runId?: string;
  /** Run that is compared with `runId`. */
  readonly otherRunId?: string;
  /** Part of the page that is open, where it has several. */
  readonly tab?: string;
  readonly selected?: { readonly kind: SelectedKind; readonly id: string };
  /** What is searched for. */
  readonly query?: string;
  /** What a list of runs is narrowed by, beside the words. */
  readonly filters?: RunFilters;
  /** How a list of runs is ordered. @default the newest first */
  readonly sort?: SortOrder<RunColumn>;
  /** Position shown; absent means live. */
  readonly seq?: number;
}

/** Members to replace; those set to `undefined` are left out. */
export type ViewChange = { readonly [K in keyof View]?: View[K] | undefined };

/** `view` with some members replaced. */
export function changeView(view: View, change: ViewChange): View {
  const members = Object.entries({ ...view, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members);
}
