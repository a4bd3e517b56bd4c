/**
 * Where a gateway writes what happens to it: pino and most other loggers are such a thing. No line ever holds a token, an
 * address with its query, or what an agent or client wrote.
 */
export interface GatewayLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
