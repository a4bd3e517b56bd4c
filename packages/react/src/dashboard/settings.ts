import type { Cadence } from '../context/monitor-context.js';
import type { Density, Theme } from '../context/look.js';
import type { PageName } from '../components/panel/view.js';
import type { PanelLayout } from './layout.js';

/** How often figures move: `calm` for a screen on a wall, `fast` for someone who watches closely. */
export type CadenceName = 'calm' | 'normal' | 'fast';

/** Which news come to the reader as toasts. Decisions are those that wait for a person. */
export type NotificationLevel = 'all' | 'decisions' | 'none';

/** Pages on which the dashboard may begin. */
export type StartPage = Exclude<PageName, 'compare' | 'settings'>;

/** What a person set. Plain JSON, so that a host can keep it wherever it keeps such things. */
export interface DashboardSettings {
  readonly theme: Theme;
  readonly density: Density;
  readonly cadence: CadenceName;
  readonly notifications: NotificationLevel;
  /** Page shown where the view names none; `run` is the newest run. */
  readonly defaultPage: StartPage;
  /** Whether keys do anything. They are off in a page that belongs to somebody else. */
  readonly shortcuts: boolean;
  /** Order and visibility of panels, by page. */
  readonly layout: { readonly [page: string]: PanelLayout };
  /** IANA name; absent: the browser's own. */
  readonly timeZone?: string;
  /** BCP 47 tag for numbers, money and dates; absent: the browser's language. */
  readonly locale?: string;
}

/** Members to replace; those set to `undefined` go back to their default. */
export type SettingsChange = { readonly [K in keyof DashboardSettings]?: DashboardSettings[K] | undefined };

export const THEMES = ['system', 'light', 'dark', 'industrial'] as const satisfies readonly Theme[];
export const DENSITIES = ['comfortable', 'compact'] as const satisfies readonly Density[];
export const CADENCE_NAMES = ['calm', 'normal', 'fast'] as const satisfies readonly CadenceName[];
export const NOTIFICATION_LEVELS = [
  'all',
  'decisions',
  'none',
] as const satisfies readonly NotificationLevel[];
export const START_PAGES = [
  'overview',
  'runs',
  'run',
  'agents',
  'tasks',
  'costs',
  'alerts',
] as const satisfies readonly StartPage[];

/** Settings of a person who chose nothing. */
export const DEFAULT_SETTINGS: DashboardSettings = {
  theme: 'system',
  density: 'comfortable',
  cadence: 'normal',
  notifications: 'all',
  defaultPage: 'overview',
  shortcuts: false,
  layout: {},
};

/** Constants, so that the provider keeps its subscriptions while nothing is changed. */
export const CADENCES: { readonly [N in CadenceName]: Partial<Cadence> } = {
  calm: { cost: 1000, progress: 500, agents: 2000 },
  normal: {},
  fast: { cost: 100, progress: 50, agents: 100 },
};

/** Settings as they were stored, whoever wrote them: what is missing or odd takes the value of `base`. */
export function readSettings(value: unknown, base: DashboardSettings = DEFAULT_SETTINGS): DashboardSettings {
  const from: { readonly [name: string]: unknown } = isRecord(value) ? value : {};
  const one = <V extends string>(name: keyof DashboardSettings, all: readonly V[], other: V): V =>
    all.find((known) => known === from[name]) ?? other;
  const text = (name: 'locale' | 'timeZone', isKnown: (tag: string) => boolean): string | undefined => {
    const tag = from[name];
    return typeof tag === 'string' && isKnown(tag) ? tag : base[name];
  };
  const locale = text('locale', isLocale);
  const timeZone = text('timeZone', isTimeZone);
  return {
    theme: one('theme', THEMES, base.theme),
    density: one('density', DENSITIES, base.density),
    cadence: one('cadence', CADENCE_NAMES, base.cadence),
    notifications: one('notifications', NOTIFICATION_LEVELS, base.notifications),
    defaultPage: one('defaultPage', START_PAGES, base.defaultPage),
    shortcuts: typeof from['shortcuts'] === 'boolean' ? from['shortcuts'] : base.shortcuts,
    layout: { ...base.layout, ...readLayouts(from['layout']) },
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(locale === undefined ? {} : { locale }),
  };
}

/** `settings` with some members replaced. */
export function changeSettings(settings: DashboardSettings, change: SettingsChange): DashboardSettings {
  const given = Object.entries({ ...settings, ...change }).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_SETTINGS, ...Object.fromEntries(given) };
}

function readLayouts(value: unknown): { readonly [page: string]: PanelLayout } {
  if (!isRecord(value)) return {};
  const layouts = Object.entries(value).flatMap(([page, layout]) =>
    isRecord(layout)
      ? [[page, { order: strings(layout['order']), hidden: strings(layout['hidden']) }] as const]
      : [],
  );
  return Object.fromEntries(layouts);
}

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

/** Whether numbers and dates can be written so. */
export function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

/** Whether the browser knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name !== '';
  } catch {
    return false;
  }
}
