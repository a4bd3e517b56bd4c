import type { FleetEvent } from '@fleetglass/core/protocol';
import type { Theme } from '../context/look.js';

/** What the data of an exported file says. */
export interface ExportedRun {
  readonly runId: string;
  readonly theme: Theme;
  readonly locale?: string;
  readonly events: readonly FleetEvent[];
}

const THEMES: readonly string[] = ['light', 'dark', 'system', 'industrial'];

/** The data of a file, which somebody may have changed; what is no event is left out. @returns `undefined` for none */
export function readExportedRun(text: string): ExportedRun | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(data) || typeof data.runId !== 'string' || !Array.isArray(data.events)) return undefined;
  const events = (data.events as unknown[]).filter(isEvent).sort((a, b) => a.seq - b.seq);
  return {
    runId: data.runId,
    theme: (THEMES.includes(String(data.theme)) ? data.theme : 'system') as Theme,
    ...(typeof data.locale === 'string' ? { locale: data.locale } : {}),
    events,
  };
}

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null;

const isEvent = (value: unknown): value is FleetEvent =>
  isObject(value) &&
  Number.isSafeInteger(value.seq) &&
  typeof value.time === 'number' &&
  typeof value.type === 'string' &&
  isObject(value.data);
