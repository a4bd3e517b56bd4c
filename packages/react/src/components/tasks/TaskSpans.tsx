'use client';

import type { SpanState } from '@fleetglass/core/client';
import { memo, useState } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useSpans } from '../../hooks/useSpans.js';
import { plainText } from '../../lib/plain-text.js';
import { isCutOff } from '../cost/cut-off.js';
import { CostText } from '../cost/CostText.js';
import { StatusShape } from '../status/StatusShape.js';
import type { ShownStatus } from '../status/StatusShape.js';
import { timelineLabels } from '../timeline/timeline-labels.js';
import { detailsLabels } from './details-labels.js';
import { PayloadText } from './PayloadText.js';
import { shortText } from './task-facts.js';
import { TaskTime } from './TaskTime.js';
import { tasksLabels } from './tasks-labels.js';

export interface TaskSpansProps {
  readonly runId: string;
  readonly taskId: string;
  /** Calls that were counted, also those that were forgotten since. */
  readonly counted: number;
}

/** Calls that are listed until more are asked for. */
const PAGE = 20;

/** The calls that a task made itself; each opens to its input and output. Renders again when one of them changes. */
export function TaskSpans({ runId, taskId, counted }: TaskSpansProps): ReactElement {
  const spans = useSpans(runId, { taskId });
  const { labels, format } = useTexts();
  const words = labels(detailsLabels);
  const [shown, setShown] = useState(PAGE);
  if (spans.length === 0) {
    return <p className="fg-card-note">{counted > 0 ? words.forgotten : words.noSpans}</p>;
  }
  const hidden = spans.length - shown;
  return (
    <>
      <ul className="fg-spans">
        {spans.slice(0, shown).map((span) => (
          <SpanLine key={span.id} span={span} />
        ))}
      </ul>
      {hidden > 0 ? (
        <button type="button" className="fg-button" onClick={() => setShown(shown + PAGE)}>
          {words.moreSpans(format.count(Math.min(PAGE, hidden)))}
        </button>
      ) : null}
    </>
  );
}

const SHAPES: { readonly [S in SpanState['status']]: ShownStatus } = {
  ok: 'completed',
  error: 'failed',
  cancelled: 'cancelled',
  running: 'running',
};

const SpanLine = memo(function SpanLine({ span }: { readonly span: SpanState }): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(detailsLabels);
  const [open, setOpen] = useState(false);
  const { usage, cost, error } = span;
  const tokens = usage.inputTokens + usage.outputTokens;
  const isPaid = cost.nanoUsd > 0 || cost.unknownCalls > 0;
  return (
    <li className="fg-span">
      <button type="button" className="fg-span-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="fg-status" data-status={SHAPES[span.status]}>
          <StatusShape status={SHAPES[span.status]} />
          <span className="fg-hidden">{labels(tasksLabels).spanStatus[span.status]}</span>
        </span>
        <span className="fg-cut">
          <span className="fg-card-note">{labels(timelineLabels).kind[span.kind]}</span>{' '}
          {shortText(span.name)}
          {error ? <span className="fg-bad"> {shortText(error.message)}</span> : null}
        </span>
        <span className="fg-span-tokens fg-quiet">
          {tokens > 0
            ? labels(timelineLabels).tokens(
                format.compact(usage.inputTokens),
                format.compact(usage.outputTokens),
              )
            : null}
        </span>
        <span className="fg-end">
          <TaskTime
            runId={span.runId ?? ''}
            from={span.startedAt}
            to={span.endedAt}
            goesOn={span.status === 'running'}
          />
        </span>
        <span className="fg-end">
          {isPaid ? <CostText cost={cost} cutOff={isCutOff(span) ? 1 : 0} /> : null}
        </span>
      </button>
      {open ? (
        <dl className="fg-span-more">
          <SpanFacts span={span} />
          <dt>{words.input}</dt>
          <dd>
            <PayloadText payload={span.input} label={words.input} />
          </dd>
          <dt>{words.output}</dt>
          <dd>
            <PayloadText payload={span.output} label={words.output} />
          </dd>
        </dl>
      ) : null}
    </li>
  );
});

/** What a call says beside its figures. */
function SpanFacts({ span }: { readonly span: SpanState }): ReactElement | null {
  const { labels, format } = useTexts();
  const words = labels(detailsLabels);
  const facts = [
    span.provider,
    span.model === span.name ? undefined : span.model,
    span.firstTokenMs === undefined ? undefined : words.firstToken(format.preciseDuration(span.firstTokenMs)),
    span.reused ? labels(tasksLabels).reused : undefined,
    span.error?.code,
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? null : <dd className="fg-card-note">{plainText(facts.join(' · '))}</dd>;
}
