'use client';

import { useCallback, useState } from 'react';
import { useLatest } from '../lib/useLatest.js';
import { changeSettings, readSettings } from './settings.js';
import type { DashboardSettings, SettingsChange } from './settings.js';

/** Settings that the host owns (`value`), or that last as long as the component. Renders again when they change. */
export function useDashboardSettings(
  value: DashboardSettings | undefined,
  initial: Partial<DashboardSettings> | undefined,
  onChange: ((settings: DashboardSettings) => void) | undefined,
): readonly [DashboardSettings, (change: SettingsChange) => void] {
  const [own, setOwn] = useState(() => readSettings(initial));
  const settings = value ?? own;
  const latestRef = useLatest({ settings, onChange });
  const change = useCallback(
    (part: SettingsChange) => {
      const next = changeSettings(latestRef.current.settings, part);
      latestRef.current = { ...latestRef.current, settings: next };
      setOwn(next);
      latestRef.current.onChange?.(next);
    },
    [latestRef],
  );
  return [settings, change];
}
