'use client';

import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { approvalsLabels } from './approvals-labels.js';

/** How an option is written on its button: its own words, with a capital. */
export function useOptionWords(): (option: string) => string {
  const { labels } = useTexts();
  return (option) => {
    const { options } = labels(approvalsLabels);
    if (Object.hasOwn(options, option)) return options[option] ?? option;
    const text = plainText(option);
    return text.charAt(0).toLocaleUpperCase() + text.slice(1);
  };
}
