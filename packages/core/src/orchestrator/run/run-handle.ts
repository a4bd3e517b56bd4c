import { FleetglassError, toFleetglassError } from '../../errors/fleetglass-error.js';
import { createDeferred } from '../../lib/deferred.js';
import type { Deferred } from '../../lib/deferred.js';
import { usdToNano } from '../../model/cost.js';
import type { WorkStatus } from '../../model/status.js';
import type { Decision } from '../calls/context.js';
import type { RunControl } from './run-control.js';
import type { RunOutcome } from './run-ending.js';
import type { Run } from './run-options.js';

/**
 * Does something with a run in memory, which is taken up for it when it is not.
 *
 * @throws FleetglassError `RUN_NOT_FOUND`, `RUN_ENDED`, `LEASE_HELD`, and whatever `use` throws
 */
export type Steer = <T>(runId: string, use: (run: RunControl) => T | Promise<T>) => Promise<T>;

/**
 * What whoever started a run holds. It keeps nothing of the run while that is parked, and its outcome when it is over.
 * A class for the sake of memory: one stays behind for each parked run.
 */
export class RunHandle implements Run<unknown> {
  readonly id: string;
  readonly #send: Steer;
  #running: RunControl | undefined;
  #status: WorkStatus = 'queued';
  #outcome: RunOutcome | undefined;
  #result: Deferred<unknown> | undefined;

  constructor(id: string, steer: Steer) {
    this.id = id;
    this.#send = steer;
  }

  /** @param control the run as soon as it has begun or goes on; rejects when it could not */
  attach(control: Promise<RunControl>): void {
    control.then(
      (run) => {
        this.#running = run;
        void run.outcome.then((outcome) => {
          this.#status = outcome.status;
          if (this.#running === run) this.#running = undefined;
          if (outcome.status !== 'waiting') this.settle(outcome);
        });
      },
      (error: unknown) => {
        if (this.#status === 'queued') this.settle({ status: 'failed', error: toFleetglassError(error) });
      },
    );
  }

  settle(outcome: RunOutcome): void {
    this.#outcome ??= outcome;
    this.#status = this.#outcome.status;
    this.#settleResult();
  }

  #settleResult(): void {
    if (!this.#outcome) return;
    if (this.#outcome.status === 'completed') this.#result?.resolve(this.#outcome.output);
    else this.#result?.reject(this.#outcome.error);
  }

  get result(): Promise<unknown> {
    if (!this.#result) {
      this.#result = createDeferred();
      // Who only watches the run need not handle its error.
      this.#result.promise.catch(() => undefined);
      this.#settleResult();
    }
    return this.#result.promise;
  }

  get status(): WorkStatus {
    return this.#running?.status() ?? this.#status;
  }

  #steer<T>(use: (run: RunControl) => T | Promise<T>): Promise<T> {
    if (!this.#outcome) return this.#send(this.id, use);
    return Promise.reject(new FleetglassError('RUN_ENDED', `Run '${this.id}' is over: fork it to go on.`));
  }

  async cancel(message?: string): Promise<void> {
    if (!this.#outcome) await this.#steer((run) => run.cancel(message));
  }

  async pause(): Promise<void> {
    if (!this.#outcome) await this.#steer((run) => run.pause('command'));
  }

  async resume(): Promise<void> {
    if (!this.#outcome) await this.#steer((run) => run.resume());
  }

  decide(approvalId: string, decision: string | Decision): Promise<void> {
    const given = typeof decision === 'string' ? { decision } : decision;
    return this.#steer((run) => run.decide(approvalId, given));
  }

  async setBudget(budgetId: string, limitUsd: number): Promise<void> {
    const limit = usdToNano(limitUsd);
    await this.#steer((run) => run.setBudget(budgetId, limit));
  }
}
