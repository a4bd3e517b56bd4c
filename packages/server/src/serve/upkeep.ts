import type { Clock, Random } from '@fleetglass/core';
import type { Registry } from 'prom-client';
import type { Config } from '../config/schema.js';
import type { GatewayLogger } from '../gateway/logger.js';
import { prometheus } from '../gateway/prometheus.js';
import type { Archive } from '../storage/archive.js';
import type { SqliteStore } from '../storage/sqlite-store.js';
import { createBackupJob } from './backup-job.js';
import type { BackupJobOptions } from './backup-job.js';
import type { HealthReports } from './health-reports.js';
import { createRetentionJob } from './retention-job.js';
import { createSchedule } from './schedule.js';
import type { Job, Schedule } from './schedule.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What keeps a served store in order, and who is told of it. */
export interface UpkeepOptions {
  readonly config: Config;
  readonly store: SqliteStore;
  /** @default no run leaves the store */
  readonly archive: Archive | undefined;
  readonly backup: BackupJobOptions['backup'];
  readonly reports: HealthReports;
  readonly logger: GatewayLogger;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
}

/** Does by the clock what the settings say: packs and archives what is old, makes backups. Tells how it went. */
export function createUpkeep(options: UpkeepOptions): Schedule {
  const { reports, logger, registry, clock, random } = options;
  const registers = [registry];
  const lastSuccess = new prometheus.Gauge({
    name: 'fleetglass_job_last_success_timestamp_seconds',
    help: 'When a job of the gateway was last done, in seconds since the Unix epoch; 0 for never',
    labelNames: ['job'],
    registers,
  });
  const duration = new prometheus.Gauge({
    name: 'fleetglass_job_duration_seconds',
    help: 'How long a job of the gateway took when it was last done',
    labelNames: ['job'],
    registers,
  });
  const failures = new prometheus.Counter({
    name: 'fleetglass_job_failures_total',
    help: 'Attempts of a job of the gateway that failed',
    labelNames: ['job'],
    registers,
  });
  const told = new Map<string, 'ok' | 'degraded'>();

  /** Each failure is a line; viewers are told when it changes whether a job can be done. */
  const tellOnce = (job: string, status: 'ok' | 'degraded', message: string): void => {
    if (told.get(job) === status) return;
    told.set(job, status);
    void reports.report(job, () => ({ status, message }));
  };

  const jobs = jobsOf(options).map((job) => watchLastDone(job));

  function watchLastDone(job: Job): Job {
    lastSuccess.set({ job: job.name }, 0);
    failures.inc({ job: job.name }, 0);
    const { lastDone } = job;
    if (!lastDone) return job;
    return {
      ...job,
      async lastDone() {
        const at = await lastDone();
        if (at !== undefined) lastSuccess.set({ job: job.name }, at / 1_000);
        return at;
      },
    };
  }

  return createSchedule(jobs, {
    clock,
    random,
    hooks: {
      done({ name }, { at, ms, facts }) {
        lastSuccess.set({ job: name }, at / 1_000);
        duration.set({ job: name }, ms / 1_000);
        logger.info({ job: name, ms, ...facts }, 'job done');
        tellOnce(name, 'ok', 'Done as the settings say.');
      },
      failed({ name }, error, { failures: inARow, retryMs }) {
        failures.inc({ job: name });
        logger.error(
          { job: name, code: error.code, fault: error.message, failures: inARow, retryMs },
          'job failed',
        );
        // What exactly went wrong names files of this machine, which viewers need not know.
        tellOnce(
          name,
          'degraded',
          `Failed with ${error.code}; the log of the gateway says why. It is tried again.`,
        );
      },
    },
  });
}

function jobsOf({ config, store, archive, backup, clock }: UpkeepOptions): readonly Job[] {
  const { retention, backup: backups } = config;
  const jobs: Job[] = [
    createRetentionJob({
      everyMs: retention.everyHours * HOUR_MS,
      pack: () => store.vault.pack(clock.now() - retention.packAfterDays * DAY_MS),
      archive,
    }),
  ];
  if (backups.directory !== undefined) {
    const { directory, everyHours, keep } = backups;
    const everyMs = everyHours * HOUR_MS;
    jobs.push(createBackupJob({ file: config.store, directory, everyMs, keep, clock, backup }));
  }
  return jobs;
}
