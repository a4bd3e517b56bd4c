/** What is looked at: serialisable, so that a host can link to "this moment of this run". */
export interface View {
  readonly runId?: string;
  readonly selected?: { readonly kind: 'agent' | 'span'; readonly id: string };
  /** Position shown; absent means live. */
  readonly seq?: number;
}

/** `view` with some members replaced; those set to `undefined` are left out. */
export function changeView(view: View, change: { readonly [K in keyof View]: View[K] | undefined }): View {
  const next = { ...view, ...change };
  return {
    ...(next.runId === undefined ? {} : { runId: next.runId }),
    ...(next.selected === undefined ? {} : { selected: next.selected }),
    ...(next.seq === undefined ? {} : { seq: next.seq }),
  };
}
