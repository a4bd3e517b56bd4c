import { amount } from '../projection/guard.js';
import type { ActiveRules } from './alert-rules.js';
import { RULE_NAMES } from './alert-rules.js';
import type { Detector, Report } from './reading.js';
import { brief, percent } from './words.js';

/** Share of an agent's context window that is in use. It remembers nothing: each measurement speaks for itself. */
export function createContextWindow(
  { above, below }: NonNullable<ActiveRules['context']>,
  report: Report,
): Detector {
  return {
    types: new Set(['context.measured']),
    see({ data, scope, seq }) {
      const usedTokens = amount(data['usedTokens']);
      const limitTokens = amount(data['limitTokens']);
      const { agentId: subject } = scope;
      if (usedTokens === undefined || !limitTokens || subject === undefined) return;
      const share = usedTokens / limitTokens;
      const about = { rule: RULE_NAMES.context, scope, subject };
      if (share < below) report({ ...about, verdict: 'good' });
      if (share <= above) return;
      report({
        ...about,
        verdict: 'bad',
        seq,
        severity: 'warning',
        message: `The context window of ${brief(subject)} is ${percent(share)} full: ${usedTokens} of ${limitTokens} tokens.`,
        details: { usedTokens, limitTokens },
      });
    },
    due: () => Infinity,
    advance: () => undefined,
    endRun: () => undefined,
  };
}
