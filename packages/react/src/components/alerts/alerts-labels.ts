import type { AlertSeverity } from '@fleetglass/core/protocol';
import { defineLabels } from '../../labels/define-labels.js';

/** Which alerts are shown; `open` are those that are not resolved. */
export type AlertFilter = 'open' | 'raised' | 'acknowledged' | 'resolved' | 'all';

export interface AlertsLabels {
  readonly title: string;
  readonly count: (open: string, all: string) => string;
  readonly none: string;
  readonly noneHint: string;
  readonly noMatch: string;
  readonly noMatchHint: string;
  readonly list: string;
  readonly severity: { readonly [S in AlertSeverity]: string };
  readonly bySeverity: string;
  readonly anySeverity: string;
  readonly byRule: string;
  readonly anyRule: string;
  readonly byStatus: string;
  readonly statuses: { readonly [F in AlertFilter]: string };
  /** Names of rules by their code; others are shown as they are. */
  readonly rules: { readonly [rule: string]: string };
  readonly since: (time: string, ago: string) => string;
  readonly raised: (time: string) => string;
  readonly acknowledgedBy: (who: string, time: string) => string;
  readonly acknowledged: (time: string) => string;
  readonly resolved: (time: string) => string;
  readonly acknowledge: string;
  readonly open: string;
  /** For assistive technology, which hears no row around the button. */
  readonly acknowledgeThis: (message: string) => string;
  readonly openThis: (message: string) => string;
}

export const alertsLabels = defineLabels<AlertsLabels>('alerts', {
  title: 'Alerts',
  count: (open, all) => `${open} open of ${all}`,
  none: 'No alert',
  noneHint: 'Alerts appear here when a rule is broken: a budget, a full context window, a cost that jumps.',
  noMatch: 'No alert like this',
  noMatchHint: 'Others exist; change the filters to see them.',
  list: 'Alerts, the most urgent first',
  severity: { info: 'Info', warning: 'Warning', critical: 'Critical' },
  bySeverity: 'Severity',
  anySeverity: 'Every severity',
  byRule: 'Rule',
  anyRule: 'Every rule',
  byStatus: 'Status',
  statuses: {
    open: 'Open',
    raised: 'Not acknowledged',
    acknowledged: 'Acknowledged',
    resolved: 'Resolved',
    all: 'Open and past',
  },
  rules: {
    budget: 'Budget',
    'context-window': 'Context window',
    'cost-anomaly': 'Unusual cost',
    'cost-spike': 'Cost spike',
    'stuck-agent': 'Stuck agent',
    'failure-pattern': 'Repeated failures',
    'agent-cost': 'Cost of an agent',
  },
  since: (time, ago) => `since ${time}, ${ago}`,
  raised: (time) => `raised ${time}`,
  acknowledgedBy: (who, time) => (time === '' ? `Acknowledged by ${who}` : `Acknowledged by ${who}, ${time}`),
  acknowledged: (time) => (time === '' ? 'Acknowledged' : `Acknowledged ${time}`),
  resolved: (time) => (time === '' ? 'Resolved' : `Resolved ${time}`),
  acknowledge: 'Acknowledge',
  open: 'Open',
  acknowledgeThis: (message) => `Acknowledge: ${message}`,
  openThis: (message) => `Open: ${message}`,
});
