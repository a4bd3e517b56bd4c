import type { FleetglassError } from '../../errors/fleetglass-error.js';
import type { LedgerEntry } from '../../log/store.js';
import type { EventDraft, EventScope } from '../../protocol/event.js';
import type { TaskWaitingData } from '../../protocol/events/task.js';
import type { AgentRoster } from './agent-roster.js';
import type { Approvals } from './approvals.js';
import type { CommandOrigin } from './command-origin.js';
import type { Journal } from './journal.js';
import type { NodeOptions } from '../graph/graph-definition.js';
import type { RecordedCalls } from '../calls/recorded-calls.js';
import type { RunBudgets } from '../budgets/run-budgets.js';
import type { Services } from './services.js';

/** A unit of work of a run. */
export interface Task {
  readonly id: string;
  readonly name: string;
  /** Scope of all of its events. */
  readonly scope: EventScope;
  readonly node: string | undefined;
  /** Task that waits for this one, without a graph. */
  readonly parent?: Task;
  readonly options: NodeOptions;
  /** Number of the present or next attempt. */
  attempt: number;
  /** The attempt that runs. */
  current: Attempt | undefined;
  calls: RecordedCalls | undefined;
  waiting: boolean;
  /** Place among the running tasks; -1 when it does not run. */
  place: number;
  /** Running tasks that it waits for. */
  children?: number;
}

/** One attempt of a task, as the run sees it. */
export interface Attempt {
  /** Ends it: its signal aborts, what it reports from now on is ignored and what it asks for is refused. */
  close(reason: FleetglassError): void;
  /** Waiting does not count as time of the attempt. */
  stopTimer(): void;
  startTimer(): void;
  /** A call is in flight whose result would be lost if the attempt ended now. */
  readonly busy: boolean;
}

/** A model call that has been sent to its provider. */
export interface OpenCall {
  /** Gives it up: adds what tells that nobody knows whether it was paid. */
  abandon(events: EventDraft[], time: number): readonly LedgerEntry[];
}

/** What a run's parts share. */
export interface RunCore {
  readonly id: string;
  readonly scope: EventScope;
  readonly services: Services;
  readonly journal: Journal;
  readonly agents: AgentRoster;
  readonly budgets: RunBudgets;
  readonly approvals: Approvals;
  /** A model call was sent; the run's end waits a moment for it. */
  callOpened(call: OpenCall): void;
  callClosed(call: OpenCall): void;
  /** Tasks that have started and not ended. */
  readonly tasks: Iterable<Task> & { size(): number; has(task: Task): boolean };
  paused(): boolean;
  time(): number;
  newId(prefix: string): string;
  /** Whether a limit lets another task start; where not, it acts. */
  mayStart(): boolean;
  /** Adds the events of a task that starts. */
  taskStarts(task: Task, events: EventDraft[], time: number): void;
  /** Adds that the run waits, when all that is left of it does: for the end of a task. */
  tellWaiting(events: EventDraft[], time: number): void;
  /** Takes a task that ended out of the run's books; its last events are the caller's. */
  taskEnds(task: Task, failed: boolean): void;
  /** Tells that a task waits; call the result when it goes on. */
  wait(task: Task, reason: TaskWaitingData['reason'], message?: string): () => void;
  pause(reason: 'command' | 'budget' | 'store', message?: string, origin?: CommandOrigin): void;
  /** Resolves when the run is not paused. */
  whenResumed(signal: AbortSignal): Promise<void>;
  /** A limit ends the run. */
  stop(reason: 'budget' | 'steps' | 'time', error: FleetglassError): void;
}
