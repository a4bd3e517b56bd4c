import type { EventSink } from './sink.js';

/** Bad lines that are named one by one; the rest is only counted. */
const MAX_NAMED = 100;

export interface Warnings {
  badLine(reason: string, file: string, lineNumber: number, time: number): void;
  /** Says how many were not named. @returns how many there were */
  finish(time: number): number;
}

export function createWarnings(sink: EventSink): Warnings {
  let bad = 0;
  return {
    badLine(reason, file, lineNumber, time) {
      bad += 1;
      if (bad > MAX_NAMED) return;
      const message = `Line ${String(lineNumber)} of ${file} was left out: ${reason}.`;
      sink.emit(
        'log.written',
        { level: 'warn', message, fields: { file, line: lineNumber, badLines: bad } },
        { time },
      );
    },
    finish(time) {
      if (bad > MAX_NAMED) {
        const message = `${String(bad)} lines were left out; the first ${String(MAX_NAMED)} are named above.`;
        sink.emit('log.written', { level: 'warn', message, fields: { badLines: bad } }, { time });
      }
      return bad;
    },
  };
}
