'use client';

import type { ReactElement, ReactNode } from 'react';
import { ConnectionBadge } from '../components/connection/ConnectionBadge.js';
import { CostTicker } from '../components/fleet/CostTicker.js';
import { useTexts } from '../context/monitor-context.js';
import { useConnection } from '../hooks/useConnection.js';
import { AccountMenu } from './AccountMenu.js';
import { useDashboard } from './dashboard-context.js';
import { dashboardLabels } from './dashboard-labels.js';
import { Icon } from './icons.js';
import { isMacKeyboard, keyCaps } from './keys.js';
import { WaitingButton } from './WaitingButton.js';

interface DashboardHeaderProps {
  readonly brand: ReactNode;
  readonly tools: ReactNode;
}

/** One calm line: whose page it is, what waits for a person, whether it is live, and the way to everything else. */
export function DashboardHeader({ brand, tools }: DashboardHeaderProps): ReactElement {
  const { openDialog, goTo, page, settings, keys, account } = useDashboard();
  const { labels } = useTexts();
  const { ready } = useConnection();
  const words = labels(dashboardLabels);
  return (
    <header className="fg-top">
      <div className="fg-brand">{brand}</div>
      <div className="fg-top-tools">
        <WaitingButton />
        {ready ? <CostTicker className="fg-top-ticker" /> : null}
        <ConnectionBadge className="fg-top-connection" />
        {tools}
        <button type="button" className="fg-button fg-top-search" onClick={() => openDialog('palette')}>
          <Icon name="search" />
          <span className="fg-top-word">{words.search}</span>
          {settings.shortcuts ? (
            <kbd className="fg-key" aria-hidden="true">
              {keyCaps(keys.palette, isMacKeyboard()).join(' ')}
            </kbd>
          ) : null}
        </button>
        <button
          type="button"
          className="fg-icon-button fg-top-settings"
          aria-label={words.pages.settings}
          title={words.pages.settings}
          aria-current={page === 'settings' ? 'page' : undefined}
          onClick={() => goTo('settings')}
        >
          <Icon name="settings" />
        </button>
        {account ? <AccountMenu account={account} /> : null}
      </div>
    </header>
  );
}
