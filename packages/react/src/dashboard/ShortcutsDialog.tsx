'use client';

import type { ReactElement } from 'react';
import { Dialog } from '../components/parts/Dialog.js';
import { useTexts } from '../context/monitor-context.js';
import { useDashboard } from './dashboard-context.js';
import { isMacKeyboard, keyCaps } from './keys.js';
import { shortcutsLabels } from './palette-labels.js';
import { SHORTCUT_KEYS } from './shortcuts.js';
import type { ShortcutName } from './shortcuts.js';

const NAMES = Object.keys(SHORTCUT_KEYS) as ShortcutName[];

/** Every key and what it does. Renders again with the settings. */
export function ShortcutsDialog(): ReactElement {
  const { openDialog, settings, setSettings, keys, actions } = useDashboard();
  const { labels } = useTexts();
  const words = labels(shortcutsLabels);
  const isMac = isMacKeyboard();
  const isOffered = (name: ShortcutName): boolean =>
    (name !== 'newAgent' || actions.newAgent !== undefined) &&
    (name !== 'newTask' || actions.newTask !== undefined);
  return (
    <Dialog heading={words.heading} onClose={() => openDialog(undefined)}>
      {settings.shortcuts ? null : (
        <p className="fg-banner">
          <span>{words.off}</span>
          <button type="button" className="fg-link" onClick={() => setSettings({ shortcuts: true })}>
            {words.turnOn}
          </button>
        </p>
      )}
      <table className="fg-keys">
        <thead className="fg-hidden">
          <tr>
            <th scope="col">{words.action}</th>
            <th scope="col">{words.keys}</th>
          </tr>
        </thead>
        <tbody>
          {NAMES.filter(isOffered).map((name) => (
            <tr key={name}>
              <td>{words.names[name]}</td>
              <td className="fg-keys-caps">
                {keyCaps(keys[name], isMac).map((cap) => (
                  <kbd key={cap} className="fg-key">
                    {cap}
                  </kbd>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
