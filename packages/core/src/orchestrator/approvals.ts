import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { createDeferred } from '../lib/deferred.js';
import type { Deferred } from '../lib/deferred.js';
import type { JsonObject } from '../lib/json.js';
import type { RecordWrite } from '../log/store.js';
import type { EventDraft, EventScope } from '../protocol/event.js';
import type { Actor } from '../protocol/payload.js';
import type { Decision } from './context.js';
import { draftEvent } from './event-draft.js';
import type { JournalEntry } from './journal.js';

/** A question to a person. */
export interface Question {
  /** Unique within the run. */
  readonly approvalId: string;
  readonly title: string;
  readonly details: JsonObject | undefined;
  readonly options: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  /** Option that counts as decided on expiry. */
  readonly onExpiry: string | undefined;
  readonly scope: EventScope;
  /** The asking attempt. */
  readonly signal: AbortSignal;
  /** What keeps a decision for repetitions of the task. */
  readonly record: (decision: Decision) => RecordWrite;
  /** Where the question is told. */
  readonly events: EventDraft[];
  readonly time: number;
}

interface Pending {
  readonly question: Question;
  readonly answer: Deferred<Decision>;
}

/** A decision that was accepted and still has to be stored. */
export interface Accepted {
  readonly event: EventDraft;
  /** Keeps the decision for repetitions of the task. */
  readonly write: RecordWrite;
  /** Lets the task go on. */
  proceed(): void;
}

/** Decisions that a run waits for. */
export interface Approvals {
  readonly size: number;
  /** Asks; the answer rejects with `TIMEOUT` on expiry, and with the signal's reason when the asking attempt ends first. */
  ask(question: Question): Promise<Decision>;
  /** @throws FleetglassError `APPROVAL_NOT_FOUND`, `BAD_INPUT` for an answer that was not to choose from */
  decide(approvalId: string, decision: Decision, by: Actor | undefined, time: number): Accepted;
}

/** @param commit stores what becomes of questions that nobody answers; the second function is called when it has */
export function createApprovals(
  commit: (entry: JournalEntry, onStored: () => void) => void,
  clock: Clock,
): Approvals {
  const pending = new Map<string, Pending>();

  const expire = ({ question, answer }: Pending): void => {
    const { approvalId, scope, onExpiry, record, title } = question;
    pending.delete(approvalId);
    const decision: Decision | undefined =
      onExpiry === undefined ? undefined : { decision: onExpiry, note: 'Nobody answered in time.' };
    const now = clock.now();
    commit(
      {
        events: [
          draftEvent('approval.expired', { approvalId }, scope, now),
          ...(decision ? [draftEvent('approval.decided', { approvalId, ...decision }, scope, now)] : []),
        ],
        ...(decision ? { writes: [record(decision)] } : {}),
      },
      () => {
        if (decision) answer.resolve(decision);
        else answer.reject(new FleetglassError('TIMEOUT', `Nobody decided in time: ${title}`));
      },
    );
  };

  return {
    get size() {
      return pending.size;
    },
    ask(question) {
      const { approvalId, title, details, options, expiresAt, scope, signal, events, time } = question;
      const entry: Pending = { question, answer: createDeferred() };
      pending.set(approvalId, entry);
      events.push(
        draftEvent(
          'approval.requested',
          {
            approvalId,
            title,
            options,
            ...(details === undefined ? {} : { details }),
            ...(expiresAt === undefined ? {} : { expiresAt }),
          },
          scope,
          time,
        ),
      );
      const timer =
        expiresAt === undefined
          ? undefined
          : clock.setTimeout(() => expire(entry), Math.max(0, expiresAt - time), { background: true });
      const onAbort = (): void => {
        if (!pending.delete(approvalId)) return;
        commit(
          { events: [draftEvent('approval.expired', { approvalId }, scope, clock.now())] },
          () => undefined,
        );
        entry.answer.reject(signal.reason);
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      return entry.answer.promise.finally(() => {
        clock.clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      });
    },
    decide(approvalId, decision, by, time) {
      const found = pending.get(approvalId);
      if (!found) {
        throw new FleetglassError(
          'APPROVAL_NOT_FOUND',
          `No decision '${approvalId}' is waited for; it was decided already or its task has ended.`,
        );
      }
      const { options, scope, record } = found.question;
      if (!options.includes(decision.decision)) {
        throw new FleetglassError('BAD_INPUT', `The decision must be one of: ${options.join(', ')}.`, {
          details: { options },
        });
      }
      pending.delete(approvalId);
      const decided: Decision = by === undefined ? decision : { ...decision, by };
      return {
        event: draftEvent('approval.decided', { approvalId, ...decided }, scope, time),
        write: record(decided),
        proceed: () => found.answer.resolve(decided),
      };
    },
  };
}
