import { pino } from 'pino';
import type { Config } from '../config/schema.js';
import type { GatewayLogger } from '../gateway/logger.js';

/** So much may wait for whoever reads the log; beyond it lines are left out and counted. */
const MOST_WAITING = 4 * 1024 * 1024;

/**
 * Logs a JSON object a line. A reader that stalls neither stops the gateway nor fills its memory.
 *
 * @param write resolves when more may be written
 */
export function createServeLogger(
  level: Config['logLevel'],
  write: (text: string) => Promise<void>,
): GatewayLogger {
  let waiting = 0;
  let leftOut = 0;
  const put = (line: string): void => {
    waiting += line.length;
    void write(line).then(() => {
      waiting -= line.length;
      if (waiting > 0 || leftOut === 0) return;
      const lines = leftOut;
      leftOut = 0;
      logger.warn({ lines }, 'log lines were left out: nobody read them');
    });
  };
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write(line) {
        if (waiting > MOST_WAITING) leftOut += 1;
        else put(line);
      },
    },
  );
  return logger;
}
