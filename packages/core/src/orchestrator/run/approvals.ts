import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Clock } from '../../lib/clock.js';
import { createDeferred } from '../../lib/deferred.js';
import type { Deferred } from '../../lib/deferred.js';
import type { Json, JsonObject } from '../../lib/json.js';
import type { RecordWrite } from '../../log/store.js';
import type { EventDraft, EventScope } from '../../protocol/event.js';
import type { CommandOrigin } from './command-origin.js';
import { actorOf, commandWrites } from './command-origin.js';
import type { Decision } from '../calls/context.js';
import { draftEvent } from './event-draft.js';
import type { JournalEntry } from './journal.js';
import { ASKED_PREFIX } from '../history/run-record.js';
import type { AskedRecord } from '../history/run-record.js';

/** A question to a person. */
export interface Question {
  /** Where the run asks; a repetition of the task asks at the same place. */
  readonly place: string;
  /** All that the person sees, word for word. */
  readonly shown: string;
  readonly title: string;
  readonly details: JsonObject | undefined;
  readonly options: readonly string[];
  /** Milliseconds until nobody may answer any more; a question that was open before keeps its time. */
  readonly expiresInMs: number | undefined;
  /** Option that counts as decided on expiry. */
  readonly onExpiry: string | undefined;
  readonly scope: EventScope;
  /** The asking attempt. */
  readonly signal: AbortSignal;
  /** What keeps a decision for repetitions of the task. */
  readonly record: (decision: Decision) => RecordWrite;
}

interface Pending {
  readonly question: Question;
  readonly approvalId: string;
  readonly expiresAt: number | undefined;
  readonly answer: Deferred<Decision>;
}

/** A decision that was accepted and still has to be stored. */
export interface Accepted {
  readonly entry: JournalEntry;
  /** Lets the task go on. */
  proceed(): void;
}

/** Decisions that a run waits for. */
export interface Approvals {
  /** Decisions and expiries that are being stored. */
  settling(): number;
  /** When the first of the open questions expires, in milliseconds since the epoch. */
  firstExpiry(): number | undefined;
  /** Asks; the answer rejects with `TIMEOUT` on expiry, and with the signal's reason when the asking attempt ends first. */
  ask(question: Question): Promise<Decision>;
  /**
   * For a question that was open before a restart and that its task has not asked again yet: resolves when it has.
   *
   * @returns `undefined` when there is nothing to wait for
   */
  whenAsked(approvalId: string): Promise<void> | undefined;
  /** @throws FleetglassError `APPROVAL_NOT_FOUND`, `BAD_INPUT` for an answer that was not to choose from */
  decide(approvalId: string, decision: Decision, origin: CommandOrigin, time: number): Accepted;
  /** The run is over: what it did not ask again will not be asked. */
  end(): void;
}

export interface ApprovalsOptions {
  /** Stores what becomes of questions; the second function is called when it has. */
  readonly commit: (entry: JournalEntry, onStored: () => void) => void;
  readonly clock: Clock;
  /** Questions that were open before a restart, by their ids. */
  readonly asked: ReadonlyMap<string, AskedRecord>;
  readonly newId: (prefix: string) => string;
}

const noLongerOpen = (approvalId: string): FleetglassError =>
  new FleetglassError(
    'APPROVAL_NOT_FOUND',
    `No decision '${approvalId}' is waited for; it was decided already, its task has ended, or it asks about something else.`,
  );

const closing = (approvalId: string): RecordWrite => ({ key: ASKED_PREFIX + approvalId, value: null });

const ignore = (): void => undefined;

export function createApprovals(options: ApprovalsOptions): Approvals {
  return new Questions(options);
}

/** A class for the sake of memory: every run has one. */
class Questions implements Approvals {
  readonly #commit: ApprovalsOptions['commit'];
  readonly #clock: Clock;
  readonly #newId: ApprovalsOptions['newId'];
  readonly #pending = new Map<string, Pending>();
  /** Questions that were open before a restart, and decisions that came before they were asked again. */
  readonly #former: Map<string, AskedRecord> | undefined;
  readonly #early: Map<string, Deferred<void>> | undefined;
  #settling = 0;

  constructor({ commit, clock, asked, newId }: ApprovalsOptions) {
    this.#commit = commit;
    this.#clock = clock;
    this.#newId = newId;
    this.#former = asked.size > 0 ? new Map(asked) : undefined;
    this.#early = asked.size > 0 ? new Map() : undefined;
  }

  settling(): number {
    return this.#settling;
  }

  firstExpiry(): number | undefined {
    const known = [...this.#pending.values()].map(({ expiresAt }) => expiresAt ?? Infinity);
    const first = Math.min(Infinity, ...known);
    return first === Infinity ? undefined : first;
  }

  ask(question: Question): Promise<Decision> {
    const { expiresInMs, scope, signal } = question;
    const now = this.#clock.now();
    const inTime = expiresInMs === undefined ? undefined : now + expiresInMs;
    const former = this.#takeFormer(question, now);
    // An id of its own: who decides about what was asked there before must not be taken to mean this.
    const approvalId = former?.approvalId ?? this.#newId(question.place);
    const expiresAt = former ? former.expiresAt : inTime;
    const entry: Pending = { question, approvalId, expiresAt, answer: createDeferred() };
    this.#pending.set(approvalId, entry);
    this.#tell(entry, now);
    this.#early?.get(approvalId)?.resolve();
    this.#early?.delete(approvalId);
    const timer =
      expiresAt === undefined
        ? undefined
        : this.#clock.setTimeout(() => this.#expire(entry), Math.max(0, expiresAt - now), {
            background: true,
          });
    const onAbort = (): void => {
      if (!this.#pending.delete(approvalId)) return;
      this.#close(approvalId, scope, this.#clock.now());
      entry.answer.reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return entry.answer.promise.finally(() => {
      this.#clock.clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    });
  }

  /** The question that was open here before a restart, if the same is asked; another one is open no longer. */
  #takeFormer({ place, shown, scope }: Question, now: number) {
    for (const [approvalId, former] of this.#former ?? []) {
      if (former.place !== place) continue;
      this.#former?.delete(approvalId);
      if (former.shown === shown) return { approvalId, expiresAt: former.expiresAt };
      this.#close(approvalId, scope, now);
      this.#early?.get(approvalId)?.reject(noLongerOpen(approvalId));
      this.#early?.delete(approvalId);
    }
    return undefined;
  }

  #close(approvalId: string, scope: EventScope, now: number): void {
    const expired = draftEvent('approval.expired', { approvalId }, scope, now);
    this.#commit({ events: [expired], writes: [closing(approvalId)] }, ignore);
  }

  whenAsked(approvalId: string): Promise<void> | undefined {
    if (!this.#early || !this.#former?.has(approvalId)) return undefined;
    let waiting = this.#early.get(approvalId);
    if (!waiting) this.#early.set(approvalId, (waiting = createDeferred()));
    return waiting.promise;
  }

  decide(approvalId: string, decision: Decision, origin: CommandOrigin, time: number): Accepted {
    const found = this.#pending.get(approvalId);
    if (!found) throw noLongerOpen(approvalId);
    const { options, scope, record } = found.question;
    if (!options.includes(decision.decision)) {
      throw new FleetglassError('BAD_INPUT', `The decision must be one of: ${options.join(', ')}.`, {
        details: { options },
      });
    }
    this.#pending.delete(approvalId);
    this.#settling += 1;
    const decided: Decision = { ...decision, ...actorOf(origin) };
    return {
      entry: {
        events: [draftEvent('approval.decided', { approvalId, ...decided }, scope, time)],
        writes: [closing(approvalId), record(decided), ...commandWrites(origin)],
      },
      proceed: () => {
        this.#settling -= 1;
        found.answer.resolve(decided);
      },
    };
  }

  end(): void {
    for (const [approvalId, waiting] of this.#early ?? []) waiting.reject(noLongerOpen(approvalId));
    this.#early?.clear();
    this.#former?.clear();
  }

  #expire({ question, approvalId, answer }: Pending): void {
    const { scope, onExpiry, record, title } = question;
    this.#pending.delete(approvalId);
    const decision: Decision | undefined =
      onExpiry === undefined ? undefined : { decision: onExpiry, note: 'Nobody answered in time.' };
    const now = this.#clock.now();
    this.#settling += 1;
    this.#commit(
      {
        events: [
          draftEvent('approval.expired', { approvalId }, scope, now),
          ...(decision ? [draftEvent('approval.decided', { approvalId, ...decision }, scope, now)] : []),
        ],
        writes: [closing(approvalId), ...(decision ? [record(decision)] : [])],
      },
      () => {
        this.#settling -= 1;
        if (decision) answer.resolve(decision);
        else answer.reject(new FleetglassError('TIMEOUT', `Nobody decided in time: ${title}`));
      },
    );
  }

  #tell({ question, approvalId, expiresAt }: Pending, now: number): void {
    const { place, shown, title, details, options, onExpiry, scope } = question;
    const asked: AskedRecord = { place, shown, ...(expiresAt === undefined ? {} : { expiresAt }) };
    const event: EventDraft = draftEvent(
      'approval.requested',
      {
        approvalId,
        title,
        options,
        ...(details === undefined ? {} : { details }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
        ...(expiresAt === undefined || onExpiry === undefined ? {} : { onExpiry }),
      },
      scope,
      now,
    );
    this.#commit(
      { events: [event], writes: [{ key: ASKED_PREFIX + approvalId, value: asked as unknown as Json }] },
      ignore,
    );
  }
}
