import { readFileSync } from 'node:fs';
import { FleetglassError } from '@fleetglass/core';
import type { Config } from './schema.js';
import { configSchema } from './schema.js';
import { contradictions } from './contradictions.js';
import type { Setting } from './settings.js';
import { SETTINGS } from './settings.js';
import { readEnvironment, readFile, readFlags } from './sources.js';
import type { Given, Source } from './sources.js';

/** A setting with the value that counts. */
export interface EffectiveSetting {
  readonly setting: Setting;
  readonly value: unknown;
  readonly source: Source | 'default';
}

/** Settings of all sources put together. */
export interface LoadedConfig {
  readonly config: Config;
  /** In the order of the schema. */
  readonly settings: readonly EffectiveSetting[];
}

/** From where settings are read. */
export interface ConfigSources {
  /** What was typed after the command. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Names the file; itself no setting. */
const FILE_VARIABLE = 'FLEETGLASS_CONFIG';

const convert = ({ kind }: Setting, { value, isText }: Given): unknown => {
  if (!isText || typeof value !== 'string') return value;
  if (kind === 'number') return /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  if (kind === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  if (kind === 'list')
    return value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  return value;
};

const shown = ({ isSecret }: Setting, value: unknown): string =>
  isSecret ? '' : ` It is ${JSON.stringify(value).slice(0, 80)}.`;

/**
 * Puts the settings together: a flag counts before the environment, the environment before the file, the file before the
 * default.
 *
 * @throws FleetglassError `CONFIG_INVALID` with one sentence for everything that is wrong, a line each
 */
export function loadConfig({ argv, env }: ConfigSources): LoadedConfig {
  const problems: string[] = [];
  const flags = readFlags(argv, problems);
  const file = flags.file ?? env[FILE_VARIABLE];
  const sources: readonly ReadonlyMap<string, Given>[] = [
    flags.given,
    readEnvironment(env, [FILE_VARIABLE], problems),
    file === undefined || file === ''
      ? new Map()
      : readFile(file, (path) => readFileSync(path, 'utf8'), problems),
  ];
  const tree: Record<string, unknown> = {};
  const settings = SETTINGS.map((setting): EffectiveSetting => {
    const given = sources.map((source) => source.get(setting.name)).find((found) => found !== undefined);
    if (!given) {
      if (setting.isRequired) problems.push(missing(setting));
      return { setting, value: setting.fallback, source: 'default' };
    }
    const value = convert(setting, given);
    const checked = setting.schema.safeParse(value);
    if (!checked.success)
      problems.push(`\`${setting.name}\` (${given.place}) must be ${setting.must}.${shown(setting, value)}`);
    put(tree, setting.name, value);
    return { setting, value, source: given.source };
  });
  const parsed = configSchema.safeParse(tree);
  if (parsed.success) {
    const wrong = [...problems, ...contradictions(parsed.data)];
    if (wrong.length === 0) return { config: parsed.data, settings };
    problems.splice(0, problems.length, ...wrong);
  }
  throw new FleetglassError('CONFIG_INVALID', problems.join('\n'), { details: { problems } });
}

function missing({ name, flag, variable }: Setting): string {
  const byFlag = flag === undefined ? '' : `with --${flag}, `;
  return `\`${name}\` is missing: give it ${byFlag}as ${variable} in the environment, or in the file that --config names.`;
}

function put(tree: Record<string, unknown>, name: string, value: unknown): void {
  const [first = '', second] = name.split('.');
  if (second === undefined) tree[first] = value;
  else tree[first] = { ...(tree[first] as object | undefined), [second]: value };
}
