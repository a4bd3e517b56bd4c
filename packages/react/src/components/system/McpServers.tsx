'use client';

import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useMcpServers } from '../../hooks/useSystem.js';
import { cx } from '../../lib/cx.js';
import { Card } from '../parts/Card.js';
import { PartList, partsNote } from './PartList.js';
import { systemLabels } from './system-labels.js';

/**
 * MCP servers from `system.mcp` events: whether each is connected, its tools, since when and what changed. Renders again
 * when one of them tells, at most twice a second.
 */
export const McpServers = forwardRef<HTMLElement, ComponentPropsWithoutRef<'section'>>(function McpServers(
  { className, ...rest },
  ref,
) {
  const texts = useTexts();
  const view = useMcpServers();
  const words = texts.labels(systemLabels);
  return (
    <Card
      ref={ref}
      heading={words.mcp}
      note={partsNote(view.parts, texts)}
      loading={view.loading}
      className={cx('fg-system', className)}
      {...rest}
    >
      <PartList view={view} none={words.mcpNone} hint={words.mcpHint} />
    </Card>
  );
});
