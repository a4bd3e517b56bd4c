import * as z from 'zod';
import type { GatewayLimits } from '../gateway/limits.js';
import { DEFAULT_LIMITS, LIMIT_NOTES } from '../gateway/limits.js';
import { DEFAULT_RATE_LIMITS, RATE_NOTES } from '../gateway/rate-limits.js';

/** What is told of a setting besides its schema. */
interface SettingNote {
  readonly description: string;
  /** What a value has to be, as the end of "… must be". */
  readonly must: string;
  /** Never shown, and never taken from a command line, which every user of the machine can read. */
  readonly isSecret?: true;
}

export const settingNotes = z.registry<SettingNote>();

function whole(min: number, max: number, fallback: number, description: string) {
  return z
    .int()
    .min(min)
    .max(max)
    .default(fallback)
    .register(settingNotes, { description, must: `a whole number from ${String(min)} to ${String(max)}` });
}

function choice<const T extends readonly [string, ...string[]]>(
  values: T,
  fallback: T[number],
  description: string,
) {
  const schema = z.enum(values) as unknown as z.ZodType<T[number]>;
  const must = `${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`;
  return z._default(schema, fallback as never).register(settingNotes, { description, must });
}

function flag(fallback: boolean, description: string) {
  return z.boolean().default(fallback).register(settingNotes, { description, must: 'true or false' });
}

function directory(description: string) {
  return z.string().min(1).optional().register(settingNotes, { description, must: 'the path of a folder' });
}

const MOST_DAYS = 36_500;
const MOST_HOURS = 8_760;

const limit = (name: keyof GatewayLimits) =>
  whole(1, Number.MAX_SAFE_INTEGER, DEFAULT_LIMITS[name], LIMIT_NOTES[name]);

const limits = Object.fromEntries(
  (Object.keys(LIMIT_NOTES) as (keyof GatewayLimits)[]).map((name) => [name, limit(name)]),
) as Record<keyof GatewayLimits, ReturnType<typeof limit>>;

const rate = (name: keyof typeof RATE_NOTES) =>
  whole(1, 10_000_000, DEFAULT_RATE_LIMITS[name], RATE_NOTES[name]);

/** Every setting of `fleetglass serve`: the one list that the file, the environment, the flags and the page follow. */
export const configSchema = z.strictObject({
  store: z.string().min(1).register(settingNotes, {
    description: 'SQLite file that keeps the events; made when it is missing',
    must: 'the path of a file',
  }),
  durability: choice(
    ['full', 'normal'],
    'full',
    '`full`: what was acknowledged survives a power cut; `normal`: it survives the end of the process only',
  ),
  hostname: z.string().min(1).default('127.0.0.1').register(settingNotes, {
    description:
      'Address to listen at; other machines reach `0.0.0.0`, which needs tokens and `allowedHosts`',
    must: 'an address of this machine',
  }),
  port: whole(0, 65_535, 4848, 'Port to listen at; 0 takes any free one'),
  basePath: z
    .string()
    .regex(/^(?:\/[\w.~-]+)*\/?$/)
    .default('')
    .register(settingNotes, {
      description: 'Path that everything stands below',
      must: 'a path such as /fleet',
    }),
  allowedHosts: z.array(z.string().min(1)).optional().register(settingNotes, {
    description:
      '`Host` headers that are served, with their port; by default names of the address listened at',
    must: 'names such as fleet.example or fleet.example:8443',
  }),
  allowedOrigins: z
    .array(z.string().regex(/^https?:\/\/[^/\s]+$/))
    .default([])
    .register(settingNotes, {
      description: "Origins of pages elsewhere that may connect, besides the gateway's own",
      must: 'origins such as https://app.example, without a path',
    }),
  trustProxy: flag(
    false,
    'Believe X-Forwarded-For and X-Forwarded-Host; only where nobody gets past the proxy',
  ),
  token: z
    .string()
    .min(16)
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .register(settingNotes, {
      description: 'One token that opens everything',
      must: 'at least 16 characters without spaces',
      isSecret: true,
    }),
  tokens: z.string().min(1).optional().register(settingNotes, {
    description: 'SQLite file of tokens with roles, which `fleetglass token` manages; instead of `token`',
    must: 'the path of a file',
  }),
  dashboard: flag(true, 'Serve the dashboard beside the API'),
  ingest: flag(true, 'Take events at `POST /api/v1/events`'),
  traces: flag(true, 'Take OpenTelemetry traces at `POST /v1/traces`'),
  heartbeatMs: whole(1_000, 600_000, 15_000, 'Longest silence of the server in milliseconds'),
  drainMs: whole(
    0,
    600_000,
    10_000,
    'Longest time in milliseconds that an ending waits for commands and requests',
  ),
  retention: z
    .strictObject({
      packAfterDays: whole(
        1,
        MOST_DAYS,
        90,
        'Age in days from which on events are packed: the same ones, in less room',
      ),
      archiveAfterDays: whole(
        1,
        MOST_DAYS,
        365,
        'Days after its newest event from which on a run that has ended leaves the store for `retention.archiveDirectory`',
      ),
      archiveDirectory: directory(
        'Folder of archived runs, of this store alone; without one no run ever leaves the store',
      ),
      everyHours: whole(1, MOST_HOURS, 24, 'Hours from one look for what is old to the next'),
    })
    .prefault({}),
  backup: z
    .strictObject({
      directory: directory('Folder of backups; without one none are made'),
      everyHours: whole(1, MOST_HOURS, 24, 'Hours from one backup to the next, also over a restart'),
      keep: whole(
        1,
        10_000,
        14,
        'Backups that stay; older ones are deleted when a new one is whole and checked',
      ),
    })
    .prefault({}),
  logLevel: choice(
    ['debug', 'info', 'warn', 'error', 'silent'],
    'info',
    'Least weight of the lines that are logged',
  ),
  rateLimits: z
    .strictObject({
      requestsPerAddress: rate('requestsPerAddress'),
      requestsPerToken: rate('requestsPerToken'),
      newConnectionsPerSecond: rate('newConnectionsPerSecond'),
      exemptLoopback: flag(
        DEFAULT_RATE_LIMITS.exemptLoopback,
        "Programs on the gateway's own machine are not counted",
      ),
    })
    .prefault({}),
  limits: z.strictObject(limits).prefault({}),
});

/** Settings after they were checked. */
export type Config = z.output<typeof configSchema>;
