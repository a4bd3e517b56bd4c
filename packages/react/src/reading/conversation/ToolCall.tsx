'use client';

import { spanKey } from '@fleetglass/core/client';
import type { MonitorSnapshot } from '@fleetglass/core/client';
import type { MessagePart } from '@fleetglass/core/protocol';
import { useCallback } from 'react';
import type { ReactElement } from 'react';
import { StatusShape } from '../../components/status/StatusShape.js';
import type { ShownStatus } from '../../components/status/StatusShape.js';
import { useTexts } from '../../context/monitor-context.js';
import { isShallowEqual } from '../../hooks/selection.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { plainText } from '../../lib/plain-text.js';
import { PayloadView, ValueView } from '../json/ValueView.js';
import { firstLine } from '../text/cut-text.js';
import { Marked } from '../text/Marked.js';
import { conversationLabels } from './conversation-labels.js';
import type { ToolResult } from './conversation-rows.js';
import { payloadText, valueText } from './part-text.js';

export interface ToolCallProps {
  readonly runId: string | undefined;
  readonly call: Extract<MessagePart, { kind: 'toolCall' }>;
  readonly result?: ToolResult | undefined;
  readonly open: boolean;
  readonly onTurn: () => void;
  readonly matcher?: RegExp | undefined;
  readonly whole: boolean;
}

interface CallTimes {
  readonly status?: string;
  readonly startedAt?: number;
  readonly endedAt?: number | undefined;
  readonly message?: string | undefined;
}

const NONE: CallTimes = {};

/**
 * A tool that was called: what with, what it answered, how long it took. Closed, it is one line. Renders again with its
 * props and when the span of the same name begins or ends.
 */
export function ToolCall({ runId, call, result, open, onTurn, matcher, whole }: ToolCallProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(conversationLabels);
  const { callId } = call;
  const span = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot): CallTimes => {
        const found = state.spans.get(spanKey(runId, callId));
        if (!found) return NONE;
        const { status, startedAt, endedAt, error } = found;
        return { status, startedAt, endedAt, message: error?.message };
      },
      [runId, callId],
    ),
    { isEqual: isShallowEqual },
  );
  const status = statusOf(span, result);
  const duration =
    span.startedAt !== undefined && span.endedAt !== undefined ? span.endedAt - span.startedAt : undefined;
  const failure = status === 'failed' ? (span.message ?? (result && payloadText(result.output))) : undefined;
  return (
    <div className="fg-call" data-status={status}>
      <button type="button" className="fg-call-head" aria-expanded={open} onClick={onTurn}>
        <span className="fg-chevron" data-open={open || undefined} aria-hidden="true" />
        <StatusShape status={status} />
        <span className="fg-call-name">
          <Marked text={plainText(call.name.slice(0, 200))} matcher={matcher} />
        </span>{' '}
        <span className="fg-call-preview">{open ? '' : plainText(inputPreview(call.input))}</span>{' '}
        <span className="fg-call-meta">
          <span className={status === 'completed' ? 'fg-hidden' : 'fg-call-status'}>
            {status === 'completed'
              ? words.done
              : status === 'failed'
                ? words.failed
                : status === 'cancelled'
                  ? words.cancelled
                  : words.calling}
          </span>{' '}
          {duration === undefined ? null : <span>{format.preciseDuration(duration)}</span>}
        </span>
      </button>
      {failure === undefined || open ? null : (
        <p className="fg-call-error">{plainText(firstLine(failure, 300))}</p>
      )}
      {open ? (
        <div className="fg-call-body">
          <h4 className="fg-call-label">{words.input}</h4>
          <ValueView value={call.input} label={words.input} matcher={matcher} whole={whole} />
          <h4 className="fg-call-label">{words.output}</h4>
          {result ? (
            <PayloadView payload={result.output} label={words.output} matcher={matcher} whole={whole} />
          ) : (
            <p className="fg-reading-note">
              {span.message ?? (status === 'running' ? words.calling : words.noOutput)}
            </p>
          )}
        </div>
      ) : null}
    </div>
  );
}

function statusOf({ status }: CallTimes, result: ToolResult | undefined): ShownStatus {
  if (result?.isError === true || status === 'error') return 'failed';
  if (status === 'cancelled') return 'cancelled';
  return status === 'ok' || result ? 'completed' : 'running';
}

/** What a call is about, on one line: its first text, or all of it. */
function inputPreview(input: unknown): string {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return firstLine(valueText(input));
  const values: readonly unknown[] = Object.values(input);
  const told = values.find((value) => typeof value === 'string' && value.trim() !== '');
  if (typeof told === 'string') return firstLine(told);
  return values.length === 0 ? '' : firstLine(JSON.stringify(values.length === 1 ? values[0] : input));
}
