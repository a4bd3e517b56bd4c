'use client';

import type { ToolUse } from '@fleetglass/core/client';
import { forwardRef } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { ChartCard } from './ChartCard.js';
import type { ChartProps } from './ChartCard.js';
import { chartsLabels } from './charts-labels.js';
import { nameText } from './describe.js';
import type { AnalyticsRange } from './range.js';
import { RankedBars } from './RankedBars.js';
import { useAnalytics } from './useAnalytics.js';

export interface ToolFrequencyProps extends ChartProps {
  /** @default the last 30 days */
  readonly range?: AnalyticsRange | undefined;
  /** Figures of the host instead of those that the monitor holds. Pass a memoised list. */
  readonly data?: readonly ToolUse[];
}

const MOST_ROWS = 10;

/** How often each tool was called, the calls that failed hatched. Renders again when a count changes. */
export const ToolFrequency = forwardRef<HTMLElement, ToolFrequencyProps>(function ToolFrequency(
  { range, data, ...rest },
  ref,
) {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(chartsLabels);
  const analytics = useAnalytics({ range }, data === undefined);
  const tools = data ?? analytics?.tools;
  const most = Math.max(1, ...(tools ?? []).map(({ calls }) => calls));
  const meanOf = ({ totalMs, ended }: ToolUse): number | undefined =>
    ended > 0 ? totalMs / ended : undefined;
  return (
    <ChartCard
      ref={ref}
      heading={words.tools}
      loading={tools ? false : 'bars'}
      isEmpty={tools?.length === 0}
      table={() => ({
        columns: [
          { label: words.tool },
          ...[words.calls, words.errors, words.meanDuration].map((label) => ({ label, numeric: true })),
        ],
        rows: (tools ?? []).map((tool, at) => {
          const mean = meanOf(tool);
          return {
            key: String(at),
            cells: [
              { text: nameText(tool.name, texts) },
              { text: format.count(tool.calls), value: tool.calls },
              { text: format.count(tool.errors), value: tool.errors },
              mean === undefined
                ? { text: words.unknown, value: undefined }
                : { text: format.count(mean), value: Math.round(mean) },
            ],
          };
        }),
      })}
      {...rest}
    >
      <RankedBars
        label={words.tools}
        rows={(tools ?? []).slice(0, MOST_ROWS).map((tool) => {
          const mean = meanOf(tool);
          return {
            key: tool.name,
            name: nameText(tool.name, texts),
            share: tool.calls / most,
            hatched: tool.errors / tool.calls,
            hatch: 'failed',
            value: format.count(tool.calls),
            note: words.toolNote(
              mean === undefined ? undefined : format.preciseDuration(mean),
              tool.errors > 0 ? format.count(tool.errors) : undefined,
            ),
          };
        })}
        more={tools && tools.length > MOST_ROWS ? words.more(tools.length - MOST_ROWS) : undefined}
      />
    </ChartCard>
  );
});
