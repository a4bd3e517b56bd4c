'use client';

import type { ApprovalState, MonitorSnapshot } from '@fleetglass/core/client';
import type { Actor, FleetEvent } from '@fleetglass/core/protocol';
import { useCallback } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { isShallowEqual } from '../../hooks/selection.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { detailsLabels } from './details-labels.js';
import type { TaskDetailsLabels } from './details-labels.js';
import { shortText } from './task-facts.js';

interface Decision {
  readonly key: string;
  readonly time: number;
  readonly what: string;
  readonly by: string | undefined;
  readonly note: string | undefined;
}

/** Questions of a task, asked of a person. Renders again when one is asked or answered. */
export function useTaskApprovals(runId: string, taskId: string): readonly ApprovalState[] {
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) =>
        [...state.approvals.values()].filter((row) => row.runId === runId && row.taskId === taskId),
      [runId, taskId],
    ),
    { isEqual: isShallowEqual },
  );
}

/** Who decided what about a task, and when: answers to its questions, and what people did to it. */
export function decisionsOf(
  approvals: readonly ApprovalState[],
  events: readonly FleetEvent[],
  words: TaskDetailsLabels,
  optionName: (option: string) => string,
): readonly Decision[] {
  const answers = approvals.map(
    ({ approvalId, title, status, decision, note, by, requestedAt, decidedAt }): Decision => {
      const question = shortText(title);
      const what =
        status === 'pending'
          ? words.asked(question)
          : status === 'expired'
            ? words.expired(question)
            : words.answered(question, optionName(decision ?? ''));
      return {
        key: approvalId,
        time: decidedAt ?? requestedAt,
        what,
        by: actorName(by),
        note: note && shortText(note),
      };
    },
  );
  const acts = events.flatMap(({ seq, type, time, data }): readonly Decision[] => {
    const { by, message } = data as { readonly by?: Partial<Actor>; readonly message?: unknown };
    const what = Object.hasOwn(words.acts, type) ? words.acts[type] : undefined;
    const who = actorName(by);
    if (what === undefined || who === undefined) return [];
    return [
      {
        key: String(seq),
        time,
        what,
        by: who,
        note: typeof message === 'string' ? shortText(message) : undefined,
      },
    ];
  });
  return [...answers, ...acts].sort((a, b) => a.time - b.time);
}

/** Events are read as they came, so that a name may be anything. */
function actorName(by: { readonly id?: unknown; readonly name?: unknown } | undefined): string | undefined {
  const name = typeof by?.name === 'string' ? by.name : by?.id;
  return typeof name === 'string' ? shortText(name) : undefined;
}

/** The list of decisions, each with who and when. */
export function TaskDecisions({ decisions }: { readonly decisions: readonly Decision[] }): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(detailsLabels);
  return (
    <ol className="fg-task-log">
      {decisions.map(({ key, time, what, by, note }) => (
        <li key={key}>
          <time className="fg-quiet" dateTime={format.machineTime(time)} title={format.dateTime(time)}>
            {format.time(time)}
          </time>
          <span>
            {what}
            {by === undefined ? null : <strong> {words.by(by)}</strong>}
            {note === undefined || note === '' ? null : <span className="fg-card-note"> {note}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Attempts of a task that failed, with their errors. */
export function TaskAttempts({ events }: { readonly events: readonly FleetEvent[] }): ReactElement | null {
  const { labels, format } = useTexts();
  const words = labels(detailsLabels);
  const failed = events.filter(isFailedAttempt);
  return failed.length === 0 ? null : (
    <ol className="fg-task-log">
      {failed.map(({ seq, time, data }) => {
        const { attempt, error } = data as {
          readonly attempt?: unknown;
          readonly error?: { code?: unknown; message?: unknown };
        };
        const code = typeof error?.code === 'string' ? error.code : '';
        const message = typeof error?.message === 'string' ? error.message : '';
        return (
          <li key={seq}>
            <time className="fg-quiet" dateTime={format.machineTime(time)} title={format.dateTime(time)}>
              {format.time(time)}
            </time>
            <span>
              {words.attemptFailed(format.count(Number(attempt) || 1), shortText(code))}
              <span className="fg-bad"> {shortText(message)}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

export const isFailedAttempt = ({ type }: FleetEvent): boolean =>
  type === 'task.retrying' || type === 'task.failed';
