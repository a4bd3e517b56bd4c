import type { EffectiveSetting } from './load-config.js';

const HIDDEN = '(set, not shown)';

function valueText({ setting, value }: EffectiveSetting): string {
  if (value === undefined) return '–';
  if (setting.isSecret) return HIDDEN;
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.join(',');
  if (typeof value === 'string') return value === '' ? '–' : value;
  return JSON.stringify(value);
}

/** A line for each setting: its name, what counts, and where that was given. Secrets are not shown. */
export function configText(settings: readonly EffectiveSetting[]): string {
  const rows = settings.map((entry) => [entry.setting.name, valueText(entry), entry.source] as const);
  const wide = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const [names, values] = [wide(0), wide(1)];
  return rows
    .map(([name, value, source]) => `${name.padEnd(names)}  ${value.padEnd(values)}  ${source}\n`)
    .join('');
}
