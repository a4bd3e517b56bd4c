'use client';

import { forwardRef, useId, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef, KeyboardEvent, ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../context/monitor-context.js';
import { cx } from '../lib/cx.js';
import { download } from '../lib/download.js';
import { formatsOf } from './export-source.js';
import type { ExportFormat, ExportSource } from './export-source.js';
import { exportLabels } from './export-labels.js';
import type { PlayerAssets } from './run-html.js';

export interface ExportMenuProps extends Omit<ComponentPropsWithoutRef<'div'>, 'title'> {
  /** A run, or what a table shows. */
  readonly source: ExportSource;
  /** What is printed; without it there is no PDF. */
  readonly printTarget?: (() => HTMLElement | null) | undefined;
  /** The player, for a file that replays: `() => import('@fleetglass/react/player')`; without it there is no HTML. */
  readonly player?: (() => Promise<PlayerAssets>) | undefined;
}

type Outcome = { readonly state: 'working' } | { readonly state: 'done' | 'failed'; readonly text: string };

// Nothing of it is needed before somebody chose a format.
const loadPrinter = () => import('./print-element.js');
const loadWriters = () => import('./export-as.js');

const STEPS: { readonly [key: string]: number } = { ArrowDown: 1, ArrowUp: -1 };

/**
 * A button that opens a list of formats: arrow keys move in it, Escape closes it. Files are made in the page and sent
 * nowhere. Renders again when it opens and when an export ends.
 */
export const ExportMenu = forwardRef<HTMLDivElement, ExportMenuProps>(function ExportMenu(
  { source, printTarget, player, className, ...rest },
  ref,
) {
  const texts = useTexts();
  const { monitor, clock } = useMonitorSource();
  const words = texts.labels(exportLabels);
  const [open, setOpen] = useState(false);
  const [redact, setRedact] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const toggle = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  const formats = formatsOf(source, { pdf: printTarget !== undefined, html: player !== undefined });

  const close = (): void => {
    setOpen(false);
    toggle.current?.focus();
  };
  const run = async (format: ExportFormat): Promise<void> => {
    setOutcome({ state: 'working' });
    try {
      if (format === 'pdf') {
        const target = printTarget?.();
        const { printElement } = await loadPrinter();
        if (target)
          await printElement(target, {
            title: source.name,
            note: words.printed(texts.format.dateTime(clock.now())),
          });
        setOutcome(undefined);
      } else {
        const { exportAs } = await loadWriters();
        const file = await exportAs(format, source, { monitor, texts, redact, player });
        download(file.name, file.mediaType, file.content);
        setOutcome({ state: 'done', text: words.done(file.name) });
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      setOutcome({ state: 'failed', text: words.failed(reason) });
    }
    close();
  };
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.key === 'Escape' && open) {
      event.stopPropagation();
      close();
      return;
    }
    const step = STEPS[event.key];
    const items = [...(list.current?.querySelectorAll<HTMLElement>('button, input') ?? [])];
    if (step === undefined || items.length === 0) return;
    event.preventDefault();
    const at = items.indexOf(event.target as HTMLElement);
    items[at < 0 ? 0 : (at + step + items.length) % items.length]?.focus();
  };
  return (
    <div
      ref={ref}
      className={cx('fg-export', className)}
      onKeyDown={move}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
      {...rest}
    >
      <button
        ref={toggle}
        type="button"
        className="fg-button"
        aria-expanded={open}
        aria-controls={listId}
        onClick={() => setOpen(!open)}
      >
        {words.export}
      </button>
      <div ref={list} id={listId} className="fg-export-list" hidden={!open}>
        {formats.map((format) => (
          <button
            key={format}
            type="button"
            className="fg-export-item"
            disabled={outcome?.state === 'working'}
            onClick={() => void run(format)}
          >
            <strong>{words.formats[format]}</strong>
            <span>{words.hints[format]}</span>
          </button>
        ))}
        {formats.includes('html') ? (
          <label className="fg-export-option fg-quiet">
            <input type="checkbox" checked={redact} onChange={(event) => setRedact(event.target.checked)} />
            {words.redact}
          </label>
        ) : null}
      </div>
      <OutcomeLine outcome={outcome} working={words.working} />
    </div>
  );
});

function OutcomeLine({
  outcome,
  working,
}: {
  readonly outcome: Outcome | undefined;
  readonly working: string;
}): ReactElement {
  const text = outcome === undefined ? '' : outcome.state === 'working' ? working : outcome.text;
  return (
    <span role="status" className={outcome?.state === 'failed' ? 'fg-quiet fg-bad' : 'fg-hidden'}>
      {text}
    </span>
  );
}
