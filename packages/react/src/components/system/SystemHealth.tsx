'use client';

import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useDropped, useSystemHealth } from '../../hooks/useSystem.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { Card } from '../parts/Card.js';
import { PartList, partsNote } from './PartList.js';
import { systemLabels } from './system-labels.js';

/**
 * How the parts of the system are, from `system.health` events: the newest of each with its fields, since when, what
 * changed, and which events were dropped. Renders again when one of them tells, at most twice a second.
 */
export const SystemHealth = forwardRef<HTMLElement, ComponentPropsWithoutRef<'section'>>(
  function SystemHealth({ className, ...rest }, ref) {
    const texts = useTexts();
    const view = useSystemHealth();
    const dropped = Object.entries(useDropped()).sort(([, a], [, b]) => b - a);
    const words = texts.labels(systemLabels);
    return (
      <Card
        ref={ref}
        heading={words.health}
        note={partsNote(view.parts, texts)}
        loading={view.loading}
        className={cx('fg-system', className)}
        {...rest}
      >
        <PartList view={view} none={words.healthNone} hint={words.healthHint} />
        {dropped.length === 0 ? null : (
          <div className="fg-system-part fg-lines">
            <p>
              <strong>{words.dropped}</strong>
            </p>
            <dl className="fg-facts">
              {dropped.map(([type, count]) => (
                <div key={type} className="fg-fact">
                  <dt className="fg-code">{plainText(type)}</dt>
                  <dd>{texts.format.count(count)}</dd>
                </div>
              ))}
            </dl>
            <p className="fg-quiet">{words.droppedHint}</p>
          </div>
        )}
      </Card>
    );
  },
);
