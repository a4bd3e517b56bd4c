'use client';

import { useState } from 'react';
import type { ReactElement } from 'react';
import { Dialog } from '../components/parts/Dialog.js';
import { useTexts } from '../context/monitor-context.js';
import { useDashboard } from './dashboard-context.js';
import { arrangeLabels } from './dashboard-labels.js';
import { movePanel, orderPanels, OWN_LAYOUT, showPanel } from './layout.js';
import type { ArrangedPanel, PanelLayout } from './layout.js';

interface ArrangeDialogProps {
  readonly page: string;
  readonly label: string;
  readonly panels: readonly ArrangedPanel[];
  readonly onClose: () => void;
}

/** Order and visibility of a page's panels, by buttons alone: each change is shown behind the dialog and announced. */
export function ArrangeDialog({ page, label, panels, onClose }: ArrangeDialogProps): ReactElement {
  const { settings, setSettings } = useDashboard();
  const { labels, format } = useTexts();
  const words = labels(arrangeLabels);
  const [said, setSaid] = useState('');
  const layout = settings.layout[page] ?? OWN_LAYOUT;
  const ids = panels.map(({ id }) => id);
  const order = orderPanels(ids, layout);
  const change = (next: PanelLayout | undefined, sentence: string): void => {
    const { [page]: _, ...others } = settings.layout;
    setSettings({ layout: next ? { ...others, [page]: next } : others });
    setSaid(sentence);
  };
  const move = (id: string, name: string, step: -1 | 1): void => {
    const to = order.indexOf(id) + step;
    if (to < 0 || to >= order.length) return;
    change(
      movePanel(ids, layout, id, step),
      words.moved(name, format.count(to + 1), format.count(order.length)),
    );
  };
  return (
    <Dialog heading={words.heading(label)} onClose={onClose}>
      <ol className="fg-arrange-list">
        {order.map((id, index) => {
          const name = panels.find((panel) => panel.id === id)?.label ?? id;
          const shown = !layout.hidden.includes(id);
          return (
            <li key={id} className="fg-arrange-row">
              <label className="fg-arrange-name">
                <input
                  type="checkbox"
                  checked={shown}
                  aria-label={words.show(name)}
                  onChange={() =>
                    change(showPanel(layout, id, !shown), shown ? words.hidden(name) : words.shown(name))
                  }
                />
                {name}
              </label>
              <StepButton
                label={words.moveUp(name)}
                path="M2.500 7.500 6 4l3.500 3.500"
                off={index === 0}
                onClick={() => move(id, name, -1)}
              />
              <StepButton
                label={words.moveDown(name)}
                path="M2.500 4.500 6 8l3.500-3.500"
                off={index === order.length - 1}
                onClick={() => move(id, name, 1)}
              />
            </li>
          );
        })}
      </ol>
      <p className="fg-hidden" role="status">
        {said}
      </p>
      <div className="fg-buttons">
        <button type="button" className="fg-button" data-variant="primary" onClick={onClose}>
          {words.done}
        </button>
        <button type="button" className="fg-button" onClick={() => change(undefined, words.wasReset)}>
          {words.reset}
        </button>
      </div>
    </Dialog>
  );
}

interface StepButtonProps {
  readonly label: string;
  readonly path: string;
  readonly off: boolean;
  readonly onClick: () => void;
}

/** At the end of the list it does nothing, but keeps the focus. */
function StepButton({ label, path, off, onClick }: StepButtonProps): ReactElement {
  return (
    <button
      type="button"
      className="fg-icon-button"
      aria-label={label}
      title={label}
      aria-disabled={off || undefined}
      onClick={onClick}
    >
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}
