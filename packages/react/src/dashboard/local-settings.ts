import { readSettings } from './settings.js';
import type { DashboardSettings } from './settings.js';

/** Props of a `FleetDashboard` whose settings this browser remembers. */
export interface LocalSettings {
  readonly defaultSettings: DashboardSettings;
  readonly onSettingsChange: (settings: DashboardSettings) => void;
}

/**
 * Remembers settings in this browser where it allows that. Call it once, outside of components:
 * `const settings = localSettings('my-app')`, then `<FleetDashboard {...settings} />`.
 *
 * @param base what a person who set nothing sees
 */
export function localSettings(key: string, base: Partial<DashboardSettings> = {}): LocalSettings {
  return {
    defaultSettings: readSettings(read(key), readSettings(base)),
    onSettingsChange(settings) {
      try {
        localStorage.setItem(key, JSON.stringify(settings));
      } catch {
        // Without storage they last as long as the page.
      }
    },
  };
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return undefined;
  }
}
