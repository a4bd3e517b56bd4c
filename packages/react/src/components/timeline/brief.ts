import { plainText } from '../../lib/plain-text.js';

/** Longest text that a line of the timeline takes; what agents produce may be a million characters long. */
const LONGEST = 300;

/** Text that an agent produced, short enough for a line. */
export const brief = (text: string): string =>
  plainText(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
