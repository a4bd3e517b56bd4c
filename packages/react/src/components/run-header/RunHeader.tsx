'use client';

import type { RunState } from '@fleetglass/core/client';
import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { ForkNote } from '../fork/ForkNote.js';
import { StatusBadge } from '../status/StatusBadge.js';
import { RunControls } from './RunControls.js';
import { RunStats } from './RunStats.js';
import { RunWhy } from './RunWhy.js';
import { runHeaderLabels } from './run-header-labels.js';

export interface RunHeaderProps extends ComponentPropsWithoutRef<'header'> {
  readonly runId: string;
  /** A run that was started from here. */
  readonly onStarted?: ((runId: string) => void) | undefined;
  /** Asked to fork the run; without it there is no such button. */
  readonly onFork?: (() => void) | undefined;
  /** Asked to show the run that this one was forked from. */
  readonly onShowRun?: ((runId: string) => void) | undefined;
}

const select = ({ name, status, id, source, forkOf, priority, facts }: RunState) => ({
  name,
  status,
  id,
  source,
  forkOf,
  priority,
  isTimeless: typeof facts?.['times'] === 'string',
});

/** Name, status, why line, figures and controls of a run. Renders again when name or status change. */
export const RunHeader = forwardRef<HTMLElement, RunHeaderProps>(function RunHeader(
  { runId, onStarted, onFork, onShowRun, className, ...rest },
  ref,
) {
  const run = useRunPart(runId, select);
  const { labels } = useTexts();
  if (!run) return null;
  const words = labels(runHeaderLabels);
  const name = plainText(run.name);
  return (
    <header ref={ref} className={cx('fg-run-header', className)} {...rest}>
      <div className="fg-run-top">
        <div className="fg-run-id fg-lines">
          <div className="fg-run-line">
            <h2 className="fg-clamp fg-run-name" title={name}>
              {name === '' ? words.unnamed : name}
            </h2>
            <StatusBadge status={run.status} data-variant="pill" />
          </div>
          <p className="fg-notes">
            <code className="fg-code">{plainText(run.id)}</code>
            {run.source === undefined ? null : <span>{words.recorded(plainText(run.source))}</span>}
            {run.isTimeless ? <span>{words.timeless}</span> : null}
            {run.forkOf ? <ForkNote forkOf={run.forkOf} onShowRun={onShowRun} /> : null}
          </p>
        </div>
        <RunControls runId={runId} onStarted={onStarted} onFork={onFork} />
      </div>
      <RunWhy runId={runId} />
      <RunStats runId={runId} />
    </header>
  );
});
