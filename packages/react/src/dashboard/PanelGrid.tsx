'use client';

import { useId, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { PartBoundary } from '../components/parts/PartBoundary.js';
import { EmptyNote } from '../components/parts/EmptyNote.js';
import { useTexts } from '../context/monitor-context.js';
import { ArrangeDialog } from './ArrangeDialog.js';
import { useDashboard } from './dashboard-context.js';
import { arrangeLabels, dashboardLabels } from './dashboard-labels.js';
import { orderPanels, OWN_LAYOUT } from './layout.js';
import type { ArrangedPanel } from './layout.js';

/** A panel of a page that people may rearrange. */
export interface DashboardPanel extends ArrangedPanel {
  /** Share of the page's width, where it is wide enough. @default 'full' */
  readonly size?: 'full' | 'half' | 'wide' | 'side';
  readonly content: ReactNode;
}

export interface PanelGridProps {
  /** Under which name the layout is kept. */
  readonly page: string;
  /** What the page is called. */
  readonly label: string;
  readonly panels: readonly DashboardPanel[];
}

/** Panels in the order that a person gave them, each failing alone. Renders again with the settings. */
export function PanelGrid({ page, label, panels }: PanelGridProps): ReactElement {
  const { settings, onPartError } = useDashboard();
  const { labels } = useTexts();
  const words = labels(arrangeLabels);
  const [arranging, setArranging] = useState(false);
  const titleId = useId();
  const layout = settings.layout[page] ?? OWN_LAYOUT;
  const byId = new Map(panels.map((panel) => [panel.id, panel]));
  const shown = orderPanels([...byId.keys()], layout).filter((id) => !layout.hidden.includes(id));
  return (
    <section className="fg-page-part" aria-labelledby={titleId}>
      <h2 id={titleId} className="fg-hidden">
        {labels(dashboardLabels).panelsOf(label)}
      </h2>
      {shown.length === 0 ? <EmptyNote heading={words.allHidden} hint={words.allHiddenHint} /> : null}
      <div className="fg-page-grid">
        {shown.map((id) => {
          const panel = byId.get(id);
          return (
            <div key={id} className="fg-page-cell" data-panel={id} data-size={panel?.size ?? 'full'}>
              <PartBoundary onError={onPartError}>{panel?.content}</PartBoundary>
            </div>
          );
        })}
      </div>
      <button type="button" className="fg-link fg-arrange" onClick={() => setArranging(true)}>
        {words.arrange}
      </button>
      {arranging ? (
        <ArrangeDialog page={page} label={label} panels={panels} onClose={() => setArranging(false)} />
      ) : null}
    </section>
  );
}
