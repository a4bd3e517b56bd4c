import { FleetglassError } from '../errors/fleetglass-error.js';
import { createDeferred } from '../lib/deferred.js';
import type { Deferred } from '../lib/deferred.js';
import type { RecordWrite } from '../log/store.js';
import type { EventDraft, EventScope } from '../protocol/event.js';
import type { Actor } from '../protocol/payload.js';
import type { ApprovalRequest, Decision } from './context.js';
import { draftEvent } from './event-draft.js';

interface Pending {
  readonly scope: EventScope;
  readonly options: readonly string[];
  readonly answer: Deferred<Decision>;
  readonly record: (decision: Decision) => RecordWrite;
}

/** A decision that was accepted and still has to be stored. */
export interface Accepted {
  readonly event: EventDraft;
  /** Keeps the decision for repetitions of the task. */
  readonly write: RecordWrite;
  /** Lets the task go on. */
  proceed(): void;
}

const DEFAULT_OPTIONS: readonly string[] = ['approve', 'reject'];

/** Decisions that a run waits for. */
export interface Approvals {
  readonly size: number;
  /** Asks; `answer` rejects with the signal's reason when the asking attempt ends first. */
  ask(
    approvalId: string,
    request: ApprovalRequest,
    scope: EventScope,
    signal: AbortSignal,
    record: (decision: Decision) => RecordWrite,
    events: EventDraft[],
    time: number,
  ): Promise<Decision>;
  /** @throws FleetglassError `APPROVAL_NOT_FOUND`, `BAD_INPUT` for an answer that was not to choose from */
  decide(approvalId: string, decision: Decision, by: Actor | undefined, time: number): Accepted;
}

/** @param onExpired tells that nobody needs this decision any more */
export function createApprovals(onExpired: (event: EventDraft) => void, now: () => number): Approvals {
  const pending = new Map<string, Pending>();
  return {
    get size() {
      return pending.size;
    },
    ask(approvalId, request, scope, signal, record, events, time) {
      const answer = createDeferred<Decision>();
      pending.set(approvalId, { scope, options: request.options ?? DEFAULT_OPTIONS, answer, record });
      events.push(draftEvent('approval.requested', { approvalId, ...request }, scope, time));
      const onAbort = (): void => {
        if (!pending.delete(approvalId)) return;
        onExpired(draftEvent('approval.expired', { approvalId }, scope, now()));
        answer.reject(signal.reason);
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      return answer.promise.finally(() => signal.removeEventListener('abort', onAbort));
    },
    decide(approvalId, decision, by, time) {
      const found = pending.get(approvalId);
      if (!found) {
        throw new FleetglassError(
          'APPROVAL_NOT_FOUND',
          `No decision '${approvalId}' is waited for; it was decided already or its task has ended.`,
        );
      }
      if (!found.options.includes(decision.decision)) {
        throw new FleetglassError('BAD_INPUT', `The decision must be one of: ${found.options.join(', ')}.`, {
          details: { options: found.options },
        });
      }
      pending.delete(approvalId);
      const decided: Decision = by === undefined ? decision : { ...decision, by };
      return {
        event: draftEvent('approval.decided', { approvalId, ...decided }, found.scope, time),
        write: found.record(decided),
        proceed: () => found.answer.resolve(decided),
      };
    },
  };
}
