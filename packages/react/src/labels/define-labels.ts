/** The words of one component, in English, under the name by which a host replaces some of them. */
export interface LabelGroup<W extends object> {
  readonly name: string;
  readonly english: W;
}

/** Declares a component's words beside it. A component brings only its own, so that unused ones are never loaded. */
export const defineLabels = <W extends object>(name: string, english: W): LabelGroup<W> => ({
  name,
  english,
});

/** The words of a group in the provider's language. */
export type LabelLookup = <W extends object>(group: LabelGroup<W>) => W;

/** Looks words up among those that a host replaced; the same object each time. */
export function createLabelLookup(
  replaced: { readonly [name: string]: object | undefined } | undefined,
): LabelLookup {
  const known = new Map<LabelGroup<object>, object>();
  return <W extends object>(group: LabelGroup<W>): W => {
    const overrides = replaced?.[group.name];
    if (!overrides) return group.english;
    const words = known.get(group) ?? { ...group.english, ...overrides };
    known.set(group, words);
    return words as W;
  };
}
