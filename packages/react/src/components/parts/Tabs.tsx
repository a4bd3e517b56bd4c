'use client';

import { useEffect, useId, useRef } from 'react';
import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { cx } from '../../lib/cx.js';

export interface Tab<V extends string> {
  readonly value: V;
  readonly label: ReactNode;
  /** A short figure behind the label. */
  readonly count?: string | undefined;
}

export interface TabsProps<V extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<V>[];
  readonly value: V;
  readonly onChange: (value: V) => void;
  readonly className?: string;
  /** What the chosen tab shows. */
  readonly children: ReactNode;
}

const STEPS: { readonly [key: string]: number } = { ArrowLeft: -1, ArrowRight: 1 };

/** Several contents in one place: arrow keys, Home and End move among them. Renders again only with its props. */
export function Tabs<V extends string>({
  label,
  tabs,
  value,
  onChange,
  className,
  children,
}: TabsProps<V>): ReactElement {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  // The chosen tab is in sight, where the list is narrower than its tabs; the page itself does not move.
  useEffect(() => {
    const { current } = list;
    const chosen = current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (!current || !chosen) return;
    const [outer, inner] = [current.getBoundingClientRect(), chosen.getBoundingClientRect()];
    current.scrollLeft += Math.min(0, inner.left - outer.left) + Math.max(0, inner.right - outer.right);
  }, [value]);
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';
    const step = (STEPS[event.key] ?? 0) * (isRtl ? -1 : 1);
    const at = tabs.findIndex((tab) => tab.value === value);
    const to =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? tabs.length - 1
          : (at + step + tabs.length) % tabs.length;
    const next = tabs[to];
    if (!next || to === at) return;
    event.preventDefault();
    onChange(next.value);
    list.current?.querySelectorAll<HTMLButtonElement>('[role="tab"]')[to]?.focus();
  };
  return (
    <div className={cx('fg-tabs', className)}>
      <div ref={list} role="tablist" aria-label={label} className="fg-tab-list" onKeyDown={move}>
        {tabs.map((tab) => (
          <button
            key={tab.value}
            type="button"
            role="tab"
            id={`${id}-${tab.value}`}
            className="fg-tab"
            aria-selected={tab.value === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.value === value ? 0 : -1}
            onClick={() => onChange(tab.value)}
          >
            {tab.label}
            {tab.count === undefined ? null : <span className="fg-tab-count">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className="fg-tab-panel">
        {children}
      </div>
    </div>
  );
}
