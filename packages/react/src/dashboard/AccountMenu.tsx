'use client';

import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../context/monitor-context.js';
import { plainText } from '../lib/plain-text.js';
import { accountLabels } from './account-labels.js';
import type { DashboardAccount } from './account.js';
import { Icon } from './icons.js';

/** Who is signed in, what they may do, and the way out. Renders again with its props, and when it is opened. */
export function AccountMenu({ account }: { readonly account: DashboardAccount }): ReactElement {
  const { name, role, part, expiresAt, onSignOut } = account;
  const { labels, format } = useTexts();
  const { readOnly } = useMonitorSource();
  const words = labels(accountLabels);
  const [open, setOpen] = useState(false);
  const panelId = useId();
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const who = plainText(name) ?? '';

  useEffect(() => {
    if (!open) return undefined;
    const page = whole.current?.ownerDocument;
    const leave = ({ target }: Event): void => {
      if (!whole.current?.contains(target as Node | null)) setOpen(false);
    };
    page?.addEventListener('pointerdown', leave);
    page?.addEventListener('focusin', leave);
    return () => {
      page?.removeEventListener('pointerdown', leave);
      page?.removeEventListener('focusin', leave);
    };
  }, [open]);

  const closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };

  return (
    <div ref={whole} className="fg-account" onKeyDown={closeOnEscape}>
      <button
        ref={button}
        type="button"
        className="fg-icon-button"
        data-variant="plain"
        aria-label={words.button(who)}
        title={words.button(who)}
        aria-expanded={open}
        aria-controls={open ? panelId : undefined}
        onClick={() => setOpen(!open)}
      >
        <Icon name="account" />
      </button>
      {open ? (
        <div id={panelId} className="fg-account-panel" role="group" aria-label={words.button(who)}>
          <dl className="fg-account-facts">
            <div>
              <dt>{words.name}</dt>
              <dd className="fg-break">
                <strong>{who === '' ? words.unnamed : who}</strong>
              </dd>
            </div>
            <div>
              <dt>{words.role}</dt>
              <dd>
                {words.roles[role]}{' '}
                <span className="fg-quiet">
                  {readOnly && role !== 'viewer' ? words.readOnly : words.rights[role]}
                </span>
              </dd>
            </div>
            {expiresAt === undefined ? null : (
              <div>
                <dt>{words.until}</dt>
                <dd>{format.dateTime(expiresAt)}</dd>
              </div>
            )}
          </dl>
          {part ? <p className="fg-quiet">{words.part}</p> : null}
          <button type="button" className="fg-button" onClick={onSignOut}>
            {words.signOut}
          </button>
        </div>
      ) : null}
    </div>
  );
}
