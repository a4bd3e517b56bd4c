import { FleetglassError } from '../errors/fleetglass-error.js';

/** Takes the bytes of one `text/event-stream`, cut anywhere. */
export interface EventStreamReader {
  /** @throws FleetglassError `BAD_FRAME` when a message is longer than any that a gateway sends */
  push(chunk: Uint8Array): void;
}

/** Longest message that is waited for; a snapshot of ten thousand runs has about a tenth. */
const MAX_MESSAGE_LENGTH = 2 ** 28;

/**
 * Reads a `text/event-stream` as the HTML standard says: lines end with LF, CR or CRLF, a byte order mark is skipped,
 * `data` lines of one message are joined by LF, and a message that the end cuts off is dropped. Names, ids and retry times of
 * messages are left out: frames carry what they need.
 *
 * @param message called with the data of each message that has any
 */
export function createEventStreamReader(message: (data: string) => void): EventStreamReader {
  const decoder = new TextDecoder();
  /** Pieces of the line that has not ended; joined once, so that a long one costs no more than its length. */
  let pieces: string[] = [];
  let lines: string[] = [];
  let length = 0;
  let endedWithCr = false;

  const endLine = (line: string): void => {
    if (line === '') {
      const data = lines;
      lines = [];
      length = 0;
      if (data.length > 0) message(data.join('\n'));
    } else if (line === 'data') lines.push('');
    else if (line.startsWith('data:')) lines.push(line.slice(line[5] === ' ' ? 6 : 5));
    else length -= line.length;
  };

  return {
    push(chunk) {
      const text = decoder.decode(chunk, { stream: true });
      if (text === '') return;
      length += text.length;
      let start = endedWithCr && text.startsWith('\n') ? 1 : 0;
      endedWithCr = text.endsWith('\r');
      const lineEnd = /\r\n?|\n/g;
      lineEnd.lastIndex = start;
      for (let found = lineEnd.exec(text); found; found = lineEnd.exec(text)) {
        pieces.push(text.slice(start, found.index));
        start = lineEnd.lastIndex;
        const line = pieces.join('');
        pieces = [];
        endLine(line);
      }
      if (start < text.length) pieces.push(text.slice(start));
      if (length > MAX_MESSAGE_LENGTH)
        throw new FleetglassError(
          'BAD_FRAME',
          'The server sent a message without an end: check what the address leads to.',
        );
    },
  };
}
