'use client';

import { alertKey } from '@fleetglass/core/client';
import type { EventType } from '@fleetglass/core/protocol';
import { forwardRef, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useAlertKeys, useAlertRules } from '../../hooks/useAlerts.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useEvents } from '../../hooks/useEvents.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { offsetsOf, useVirtualRows } from '../../lib/useVirtualRows.js';
import { useWidth } from '../../lib/useWidth.js';
import { Card } from '../parts/Card.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { SelectField } from '../parts/SelectField.js';
import { AlertRow } from './AlertRow.js';
import type { AlertRowProps } from './AlertRow.js';
import { alertsLabels } from './alerts-labels.js';
import type { AlertFilter } from './alerts-labels.js';

export interface AlertsPanelProps extends ComponentPropsWithoutRef<'section'>, Pick<AlertRowProps, 'onOpen'> {
  /** Only alerts of one run. @default of all runs */
  readonly runId?: string | undefined;
  /** Which are shown at first. @default 'open' */
  readonly defaultStatus?: AlertFilter;
}

const SEVERITIES = ['critical', 'warning', 'info'] as const;
const STATUSES: readonly AlertFilter[] = ['open', 'raised', 'acknowledged', 'resolved', 'all'];
const ANY = '';

/**
 * Alerts, open and past: how bad, what with its numbers, since when, of which run and agent, who took it on and when; one
 * button takes it on. Renders again when the list changes; a row when its alert does.
 */
export const AlertsPanel = forwardRef<HTMLElement, AlertsPanelProps>(function AlertsPanel(
  { runId, defaultStatus = 'open', onOpen, className, ...rest },
  ref,
) {
  const { ready } = useConnection();
  const { labels, format } = useTexts();
  const [status, setStatus] = useState<AlertFilter>(defaultStatus);
  const [severity, setSeverity] = useState<(typeof SEVERITIES)[number] | typeof ANY>(ANY);
  const [rule, setRule] = useState(ANY);
  const rules = useAlertRules(runId);
  const keys = useAlertKeys({
    runId,
    status: status === 'all' ? undefined : status,
    severity: severity === ANY ? undefined : severity,
    rule: rule === ANY ? undefined : rule,
  });
  const open = useAlertKeys({ runId, status: 'open' });
  const all = useAlertKeys({ runId });
  const words = labels(alertsLabels);
  const ruleName = (code: string): string =>
    Object.hasOwn(words.rules, code) ? (words.rules[code] ?? code) : plainText(code);
  return (
    <Card
      ref={ref}
      heading={words.title}
      note={all.length === 0 ? undefined : words.count(format.count(open.length), format.count(all.length))}
      tools={
        all.length === 0 ? undefined : (
          <>
            <SelectField
              label={words.byStatus}
              value={status}
              options={STATUSES.map((value) => ({ value, label: words.statuses[value] }))}
              onChange={setStatus}
            />
            <SelectField
              label={words.bySeverity}
              value={severity}
              options={[
                { value: ANY, label: words.anySeverity },
                ...SEVERITIES.map((value) => ({ value, label: words.severity[value] })),
              ]}
              onChange={setSeverity}
            />
            {rules.length > 1 ? (
              <SelectField
                label={words.byRule}
                value={rule}
                options={[
                  { value: ANY, label: words.anyRule },
                  ...rules.map((value) => ({ value, label: ruleName(value) })),
                ]}
                onChange={setRule}
              />
            ) : null}
          </>
        )
      }
      loading={!ready}
      className={cx('fg-alerts', className)}
      {...rest}
    >
      {all.length === 0 ? (
        <EmptyNote heading={words.none} hint={words.noneHint} />
      ) : keys.length === 0 ? (
        <EmptyNote heading={words.noMatch} hint={words.noMatchHint} />
      ) : (
        <AlertList
          keys={keys}
          runId={runId}
          isPast={open.length < all.length || status !== 'raised'}
          onOpen={onOpen}
        />
      )}
    </Card>
  );
});

const VIRTUAL_ABOVE = 100;
/** Heights of rows of a virtual list in pixels: cells beside and below each other. */
const ROW_HEIGHT = 64;
const STACKED_HEIGHT = 156;
const WIDE_FROM = 560;

const CHANGES: readonly EventType[] = ['alert.acknowledged', 'alert.resolved'];
const NONE: readonly EventType[] = [];

interface AlertListProps extends Pick<AlertRowProps, 'onOpen'> {
  readonly keys: readonly string[];
  readonly runId: string | undefined;
  /** Some may have been acknowledged or resolved, which the log tells when. */
  readonly isPast: boolean;
}

function AlertList({ keys, runId, isPast, onOpen }: AlertListProps): ReactElement {
  const { labels } = useTexts();
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
  const isVirtual = keys.length > VIRTUAL_ABOVE;
  const height = useWidth(viewport, WIDE_FROM) < WIDE_FROM ? STACKED_HEIGHT : ROW_HEIGHT;
  const offsets = useMemo(() => offsetsOf(isVirtual ? keys : NONE, () => height), [isVirtual, keys, height]);
  const { from, to } = useVirtualRows(viewport, offsets);
  const { events } = useEvents({ runId, types: isPast ? CHANGES : NONE });
  const changes = useMemo(() => {
    const times = new Map<string, number>();
    for (const { runId: of, time, data } of events) {
      const { alertId } = data as { readonly alertId?: unknown };
      if (typeof alertId !== 'string') continue;
      times.set(alertKey({ alertId, ...(of === undefined ? {} : { runId: of }) }), time);
    }
    return times;
  }, [events]);
  const shown = isVirtual ? keys.slice(from, to) : keys;
  return (
    <div
      ref={setViewport}
      className={isVirtual ? 'fg-alert-scroll fg-scroll' : 'fg-alert-scroll'}
      data-virtual={isVirtual || undefined}
      tabIndex={isVirtual ? 0 : undefined}
      role={isVirtual ? 'region' : undefined}
      aria-label={isVirtual ? labels(alertsLabels).list : undefined}
    >
      <ul
        className="fg-alert-list"
        tabIndex={-1}
        aria-label={labels(alertsLabels).list}
        style={isVirtual ? { blockSize: offsets.at(-1) } : undefined}
      >
        {shown.map((key, at) => (
          <AlertRow
            key={key}
            alertKey={key}
            changedAt={changes.get(key)}
            showRun={runId === undefined}
            place={isVirtual ? placeOf(from + at, height, keys.length) : undefined}
            onOpen={onOpen}
          />
        ))}
      </ul>
    </div>
  );
}

const placeOf = (index: number, height: number, size: number) => ({
  index,
  size,
  style: { insetBlockStart: index * height, blockSize: height },
});
