/** A panel as far as its place is concerned. */
export interface ArrangedPanel {
  /** Kept in settings: never changes. */
  readonly id: string;
  readonly label: string;
}

/** Order and visibility of a page's panels; panels that it does not name keep their own place. */
export interface PanelLayout {
  /** Ids, the first on top. */
  readonly order: readonly string[];
  readonly hidden: readonly string[];
}

export const OWN_LAYOUT: PanelLayout = { order: [], hidden: [] };

/** All ids in the order to show: those that the layout names first, new ones behind the one they follow by default. */
export function orderPanels(ids: readonly string[], { order }: PanelLayout): readonly string[] {
  const result = [...new Set(order)].filter((id) => ids.includes(id));
  ids.forEach((id, index) => {
    if (result.includes(id)) return;
    const before = ids[index - 1];
    result.splice(before === undefined ? 0 : result.indexOf(before) + 1, 0, id);
  });
  return result;
}

/** Swaps a panel with its neighbour; at either end it stays. */
export function movePanel(
  ids: readonly string[],
  layout: PanelLayout,
  id: string,
  step: -1 | 1,
): PanelLayout {
  const order = [...orderPanels(ids, layout)];
  const at = order.indexOf(id);
  const to = at + step;
  if (at < 0 || to < 0 || to >= order.length) return layout;
  order.splice(at, 1);
  order.splice(to, 0, id);
  return { ...layout, order };
}

export function showPanel(layout: PanelLayout, id: string, shown: boolean): PanelLayout {
  const hidden = layout.hidden.filter((other) => other !== id);
  return { ...layout, hidden: shown ? hidden : [...hidden, id] };
}
