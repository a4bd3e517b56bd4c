'use client';

import { Fragment, useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';
import { Dialog } from '../components/parts/Dialog.js';
import { useTexts } from '../context/monitor-context.js';
import { COMMAND_GROUPS, findCommands } from './commands.js';
import type { DashboardCommand } from './commands.js';
import { useDashboard } from './dashboard-context.js';
import { isComposing, isMacKeyboard, keyCaps } from './keys.js';
import { paletteLabels } from './palette-labels.js';
import { useDashboardCommands } from './useDashboardCommands.js';

/**
 * Finds runs, agents, pages and actions: a field with a list below it. Arrow keys, Home and End choose, Enter does it,
 * Escape closes. Renders again with each letter, and as runs and agents come.
 */
export function CommandPalette(): ReactElement {
  const { openDialog, settings } = useDashboard();
  const { labels, format } = useTexts();
  const words = labels(paletteLabels);
  const all = useDashboardCommands();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<string>();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  // The dialog gives the focus to its first button; here one writes.
  useEffect(() => field.current?.focus(), []);
  const found = findCommands(all, query);
  const at = Math.max(
    0,
    found.findIndex((command) => command.id === chosen),
  );
  const active = found[at];
  const optionId = (command: DashboardCommand): string => `${id}-${command.id}`;
  const close = (): void => openDialog(undefined);
  const perform = (command: DashboardCommand | undefined): void => {
    if (!command) return;
    // First the focus goes back, then the command may move it.
    close();
    command.run();
  };
  const choose = (index: number): void => {
    const next = found[(index + found.length) % found.length];
    setChosen(next?.id);
    if (next) document.getElementById(optionId(next))?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (isComposing(event.nativeEvent)) return;
    const act: { readonly [key: string]: (() => void) | undefined } = {
      ArrowDown: () => choose(at + 1),
      ArrowUp: () => choose(at - 1),
      Home: query === '' ? () => choose(0) : undefined,
      End: query === '' ? () => choose(found.length - 1) : undefined,
      Enter: () => perform(active),
    };
    const doIt = act[event.key];
    if (!doIt) return;
    event.preventDefault();
    doIt();
  };
  const groups = COMMAND_GROUPS.map((group) => ({
    group,
    first: found.findIndex((command) => command.group === group),
    commands: found.filter((command) => command.group === group),
  }))
    .filter(({ commands }) => commands.length > 0)
    .sort((a, b) => a.first - b.first);

  return (
    <Dialog heading={words.heading} className="fg-palette" onClose={close}>
      <input
        ref={field}
        className="fg-input fg-palette-field"
        role="combobox"
        aria-label={words.field}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active ? optionId(active) : undefined}
        placeholder={words.field}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setChosen(undefined);
        }}
        onKeyDown={onKeyDown}
      />
      <p className="fg-hidden" role="status">
        {found.length === 0 ? words.nothing(query) : words.found(format.count(found.length))}
      </p>
      {found.length === 0 ? <p className="fg-palette-none">{words.nothing(query)}</p> : null}
      <div role="listbox" id={`${id}-list`} className="fg-palette-list fg-scroll" aria-label={words.results}>
        {groups.map(({ group, commands }) => (
          <Fragment key={group}>
            <div role="group" aria-labelledby={`${id}-${group}`} className="fg-palette-group">
              <span id={`${id}-${group}`} className="fg-palette-title" role="presentation">
                {words.groups[group]}
              </span>
              {commands.map((command) => (
                <div
                  key={command.id}
                  id={optionId(command)}
                  role="option"
                  className="fg-palette-row"
                  aria-selected={command === active}
                  onClick={() => perform(command)}
                  onPointerMove={() => setChosen(command.id)}
                >
                  <span className="fg-palette-label">{command.label}</span>
                  {command.hint === undefined ? null : (
                    <span className="fg-palette-hint">{command.hint}</span>
                  )}
                  {command.keys === undefined || !settings.shortcuts ? null : (
                    <kbd className="fg-key">{keyCaps(command.keys, isMacKeyboard()).join(' ')}</kbd>
                  )}
                </div>
              ))}
            </div>
          </Fragment>
        ))}
      </div>
    </Dialog>
  );
}
