import type { Totals } from '@fleetglass/core/client';
import type { Texts } from '../../context/monitor-context.js';
import { costLabels } from './cost-labels.js';

/** Input and output tokens, short and in full; unknown where calls were made and none told what it used. */
export function describeTokens(
  { usage, modelCalls }: Pick<Totals, 'modelCalls' | 'usage'>,
  { labels, format }: Texts,
): { readonly text: string; readonly hint: string; readonly count: number | undefined } {
  const tokens = usage.inputTokens + usage.outputTokens;
  const words = labels(costLabels);
  return tokens === 0 && modelCalls > 0
    ? { text: words.unknown, hint: words.tokensUnknown, count: undefined }
    : { text: format.compact(tokens), hint: format.count(tokens), count: tokens };
}
