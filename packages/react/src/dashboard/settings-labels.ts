import type { Density, Theme } from '../context/look.js';
import { defineLabels } from '../labels/define-labels.js';
import type { CadenceName, NotificationLevel } from './settings.js';

export interface SettingsLabels {
  readonly look: string;
  readonly behaviour: string;
  readonly region: string;
  readonly theme: string;
  readonly themes: { readonly [T in Theme]: string };
  readonly density: string;
  readonly densities: { readonly [D in Density]: string };
  readonly cadence: string;
  readonly cadences: { readonly [C in CadenceName]: string };
  readonly cadenceHint: string;
  readonly notifications: string;
  readonly levels: { readonly [L in NotificationLevel]: string };
  readonly notificationsHint: string;
  readonly defaultPage: string;
  readonly shortcuts: string;
  readonly shortcutsOn: string;
  readonly shortcutsHint: string;
  readonly showShortcuts: string;
  readonly timeZone: string;
  readonly timeZoneHint: (now: string) => string;
  readonly unknownTimeZone: string;
  readonly locale: string;
  readonly localeHint: (money: string, date: string) => string;
  readonly unknownLocale: string;
  readonly browserOwn: string;
  readonly layout: string;
  readonly layoutHint: (pages: string) => string;
  readonly layoutOwn: string;
  readonly resetLayout: string;
  readonly saved: string;
}

export const settingsLabels = defineLabels<SettingsLabels>('settings', {
  look: 'Look',
  behaviour: 'Behaviour',
  region: 'Language and time',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark', industrial: 'Industrial' },
  density: 'Density',
  densities: { comfortable: 'Comfortable', compact: 'Compact' },
  cadence: 'Figures move',
  cadences: { calm: 'Calmly', normal: 'Normally', fast: 'Fast' },
  cadenceHint: 'Statuses, alerts and decisions are always shown at once.',
  notifications: 'Notify me of',
  levels: { all: 'Decisions and alerts', decisions: 'Decisions only', none: 'Nothing' },
  notificationsHint: 'Both stay in the list of alerts.',
  defaultPage: 'Begin with',
  shortcuts: 'Keyboard shortcuts',
  shortcutsOn: 'Use keyboard shortcuts',
  shortcutsHint: 'Off, no key of the page does anything but what the browser does.',
  showShortcuts: 'Show all',
  timeZone: 'Time zone',
  timeZoneHint: (now) => `It is ${now} there.`,
  unknownTimeZone: 'The browser does not know this zone. Write it as Europe/Berlin.',
  locale: 'Numbers and dates',
  localeHint: (money, date) => `${money}, ${date}`,
  unknownLocale: 'The browser does not know this language. Write it as de-DE.',
  browserOwn: 'As the browser',
  layout: 'Arranged pages',
  layoutHint: (pages) => `Rearranged: ${pages}.`,
  layoutOwn: 'All panels are in their own place. Overview and run pages have an Arrange button.',
  resetLayout: 'Reset all',
  saved: 'Saved',
});
