import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { FleetglassError } from '@fleetglass/core';

type Options = NonNullable<ParseArgsConfig['options']>;

/** What was typed after a command's name. */
export interface ParsedArguments<O extends Options> {
  readonly values: ReturnType<
    typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>
  >['values'];
  readonly paths: readonly string[];
}

/** @throws FleetglassError `BAD_INPUT` for an unknown flag or a missing value */
export function parseArguments<const O extends Options>(
  argv: readonly string[],
  options: O,
): ParsedArguments<O> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { values, paths: positionals };
  } catch (cause) {
    // Node's message goes on with advice about positionals; its first sentence is what matters.
    const message = cause instanceof Error ? (cause.message.split(/\. |\n/)[0] ?? '') : '';
    throw new FleetglassError('BAD_INPUT', `${message.replace(/\.$/, '')}. See fleetglass --help.`, {
      cause,
    });
  }
}

/** @throws FleetglassError `BAD_INPUT` */
export function onePath(paths: readonly string[], what: string): string {
  const [path, ...more] = paths;
  if (path === undefined) throw new FleetglassError('BAD_INPUT', `Name ${what}. See fleetglass --help.`);
  if (more.length > 0) {
    throw new FleetglassError(
      'BAD_INPUT',
      `Name one ${what.replace(/^an? /, '')}, not ${String(paths.length)}.`,
    );
  }
  return path;
}

/** @throws FleetglassError `BAD_INPUT` */
export function portFrom(value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(port >= 0 && port <= 65_535)) {
    throw new FleetglassError('BAD_INPUT', `--port must be a whole number from 0 to 65535, not "${value}".`);
  }
  return port;
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a time such as `90d`. @throws FleetglassError `BAD_INPUT` */
export function durationFrom(flag: string, text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const ms = UNITS[unit];
  if (count === undefined || ms === undefined) {
    throw new FleetglassError(
      'BAD_INPUT',
      `--${flag} must be a time such as 30m, 24h or 90d, not "${text}".`,
    );
  }
  return Number(count) * ms;
}
