import { FleetglassError, isFleetglassError } from '../../errors/fleetglass-error.js';
import type { Json } from '../../lib/json.js';
import type { EventDraft, EventScope } from '../../protocol/event.js';
import type { RecordWrite } from '../../log/store.js';
import type { Payload } from '../../protocol/payload.js';
import type { CommandOrigin } from './command-origin.js';
import { actorOf, commandWrites } from './command-origin.js';
import { draftEvent } from './event-draft.js';
import { toFailure } from './failure.js';
import type { Task } from './run-core.js';

/** How a run ended. */
export type RunOutcome =
  | { readonly status: 'completed'; readonly output: unknown }
  | { readonly status: 'failed' | 'cancelled' | 'stopped'; readonly error: FleetglassError };

/** A run left memory while it waits for people. */
export interface Parked {
  readonly status: 'waiting';
  /** When it has to be taken up again at the latest, in milliseconds since the epoch. */
  readonly wakeAt: number | undefined;
}

/** How a run comes to its end. */
export type Ending =
  | { readonly status: 'completed'; readonly output: unknown }
  | { readonly status: 'failed'; readonly error: FleetglassError; readonly cause: unknown }
  | {
      readonly status: 'cancelled';
      readonly error: FleetglassError;
      readonly message?: string;
      readonly origin: CommandOrigin;
    }
  | {
      readonly status: 'stopped';
      readonly error: FleetglassError;
      readonly reason: 'budget' | 'steps' | 'time';
    };

export function failedBy(cause: unknown): Ending {
  const { message, code } = toFailure(cause);
  const error = isFleetglassError(cause)
    ? cause
    : new FleetglassError('TASK_FAILED', message, { details: { code }, cause });
  return { status: 'failed', error, cause };
}

/** What is written beside the end itself. */
export function endingWrites(how: Ending): readonly RecordWrite[] {
  return how.status === 'cancelled' ? commandWrites(how.origin) : [];
}

export function cancelledBy(message: string | undefined, origin: CommandOrigin): Ending {
  return {
    status: 'cancelled',
    error: new FleetglassError('CANCELLED', message ?? 'The run was cancelled.'),
    ...(message === undefined ? {} : { message }),
    origin,
  };
}

/** The last event of a run. */
export function runEnding(
  end: Ending,
  output: Payload | undefined,
  scope: EventScope,
  now: number,
): EventDraft {
  switch (end.status) {
    case 'completed':
      return draftEvent('run.completed', output === undefined ? {} : { output }, scope, now);
    case 'failed':
      return draftEvent('run.failed', { error: toFailure(end.cause) }, scope, now);
    case 'cancelled':
      return draftEvent(
        'run.cancelled',
        {
          ...(end.message === undefined ? {} : { message: end.message }),
          ...actorOf(end.origin),
        },
        scope,
        now,
      );
    case 'stopped':
      return draftEvent('run.stopped', { reason: end.reason, message: end.error.message }, scope, now);
  }
}

/** The last event of a task that the run's end cut short. */
export function taskEnding(task: Task, end: Ending, now: number): EventDraft {
  if (end.status === 'stopped') {
    return draftEvent('task.stopped', { reason: end.reason }, task.scope, now);
  }
  return draftEvent('task.cancelled', end.status === 'cancelled' ? actorOf(end.origin) : {}, task.scope, now);
}

/** Output as an event can hold it; what is not JSON is told apart, never thrown at the finish line. */
export function toJsonOutput(output: unknown): Json | undefined {
  try {
    return JSON.parse(JSON.stringify(output)) as Json;
  } catch {
    return undefined;
  }
}
