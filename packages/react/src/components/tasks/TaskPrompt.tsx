'use client';

import { selectPrompt } from '@fleetglass/core/client';
import type { MessageState, MonitorSnapshot, RunState, SpanState } from '@fleetglass/core/client';
import { useCallback } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useSpans } from '../../hooks/useSpans.js';
import { detailsLabels } from './details-labels.js';
import { LongText } from './LongText.js';
import { PayloadText } from './PayloadText.js';

export interface TaskPromptProps {
  readonly runId: string;
  readonly taskId: string;
  /** It is not part of another one, so that the run's input is its own. */
  readonly isTop: boolean;
}

const selectInput = ({ input }: RunState) => ({ input });

/** What a task was told: its first messages, otherwise the input of its first call or of the run. */
export function TaskPrompt({ runId, taskId, isTop }: TaskPromptProps): ReactElement {
  const { labels } = useTexts();
  const words = labels(detailsLabels);
  const messages = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectPrompt(state, runId, taskId), [runId, taskId]),
  );
  const spans = useSpans(runId, { taskId });
  const input = useRunPart(runId, selectInput)?.input;
  if (messages.length > 0) {
    return (
      <>
        {messages.map((message) => (
          <Said
            key={message.id}
            label={message.role === 'system' ? words.promptOf.system : words.promptOf.user}
          >
            <LongText text={textOf(message)} label={words.prompt} />
          </Said>
        ))}
      </>
    );
  }
  const first: SpanState | undefined = spans.find(
    (span) => span.kind === 'model' && span.input !== undefined,
  );
  if (first?.input) {
    return (
      <Said label={words.promptOf.input}>
        <PayloadText payload={first.input} label={words.prompt} />
      </Said>
    );
  }
  if (isTop && input) {
    return (
      <Said label={words.promptOf.runInput}>
        <PayloadText payload={input} label={words.prompt} />
      </Said>
    );
  }
  return <p className="fg-card-note">{words.noPrompt}</p>;
}

function Said({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactElement;
}): ReactElement {
  return (
    <div>
      <p className="fg-card-note">{label}</p>
      {children}
    </div>
  );
}

const textOf = ({ parts }: MessageState): string =>
  parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n\n');
