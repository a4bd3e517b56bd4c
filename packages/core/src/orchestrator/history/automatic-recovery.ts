import type { Clock, TimerHandle } from '../../lib/clock.js';
import type { TakeUpReport } from './take-up.js';

/**
 * Takes up what is unfinished soon after something was registered, and again what another owner held or the store
 * failed to give then.
 */
export interface AutomaticRecovery {
  /** Something was registered. */
  wanted(): void;
  /** Scans now, or joins the scan that is under way. */
  scan(): Promise<TakeUpReport>;
  close(): void;
}

export interface AutomaticRecoveryOptions {
  readonly scan: () => Promise<TakeUpReport>;
  readonly clock: Clock;
  /** Lets whatever is registered in the same turn come first. */
  readonly nextMacrotask: () => Promise<void>;
  /** Milliseconds after which what could not be taken up is looked at again. */
  readonly retryMs: number;
  /** Told of every scan that was not asked for. */
  readonly onReport: (report: TakeUpReport) => void;
  readonly onError: (error: unknown) => void;
}

export function createAutomaticRecovery(options: AutomaticRecoveryOptions): AutomaticRecovery {
  const { clock, retryMs, onReport, onError } = options;
  let isWanted = false;
  let closed = false;
  let scanning: Promise<TakeUpReport> | undefined;
  let timer: TimerHandle;

  const again = (): void => {
    if (!closed) timer = clock.setTimeout(scanUnasked, retryMs, { background: true });
  };

  const scan = (): Promise<TakeUpReport> => {
    isWanted = false;
    clock.clearTimeout(timer);
    scanning ??= options
      .scan()
      .then(
        (report) => {
          const failed = report.refused.some(({ error }) => error.code === 'STORE_FAILED');
          if (report.held.length > 0 || failed) again();
          return report;
        },
        (error: unknown) => {
          again();
          throw error;
        },
      )
      .finally(() => {
        scanning = undefined;
      });
    return scanning;
  };

  const scanUnasked = (): void => {
    if (!closed) scan().then(onReport, onError);
  };

  return {
    wanted() {
      if (isWanted || closed) return;
      isWanted = true;
      void options.nextMacrotask().then(() => {
        if (isWanted) scanUnasked();
      });
    },
    scan,
    close() {
      closed = true;
      isWanted = false;
      clock.clearTimeout(timer);
    },
  };
}
