'use client';

import { useEffect } from 'react';
import { useDashboard } from './dashboard-context.js';
import { matchesKey } from './keys.js';
import type { KeyPress } from './keys.js';
import { THEMES } from './settings.js';
import type { ShortcutName } from './shortcuts.js';

/**
 * Listens to the keys of the shortcuts while the settings turn them on. While a dialog is open only the browser's own
 * Escape works. What a host or a field has taken (`preventDefault`) is left alone.
 */
export function useShortcuts(main: { readonly current: HTMLElement | null }, isBusy: boolean): void {
  const { settings, setSettings, keys, actions, goTo, openDialog } = useDashboard();
  const { shortcuts, theme } = settings;
  useEffect(() => {
    if (!shortcuts || isBusy) return undefined;
    const perform: { readonly [S in ShortcutName]?: (() => void) | undefined } = {
      palette: () => openDialog('palette'),
      search: () => {
        const field = main.current?.querySelector<HTMLElement>('input[type="search"]');
        if (field) field.focus();
        else openDialog('palette');
      },
      help: () => openDialog('help'),
      settings: () => goTo('settings'),
      theme: () => setSettings({ theme: THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] }),
      newAgent: actions.newAgent,
      newTask: actions.newTask,
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      // A dialog of a panel has the keyboard for itself.
      if (event.defaultPrevented || document.querySelector('dialog:modal')) return;
      const press: KeyPress = event;
      for (const [name, act] of Object.entries(perform) as [ShortcutName, (() => void) | undefined][]) {
        if (!act || !matchesKey(press, keys[name])) continue;
        event.preventDefault();
        act();
        return;
      }
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [main, isBusy, shortcuts, theme, setSettings, keys, actions, goTo, openDialog]);
}
