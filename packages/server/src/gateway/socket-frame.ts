/*
 * A message for a thousand viewers is framed once, and the same buffer is written to every socket: `ws` would frame it
 * anew and cork for each, which is most of what a delivery costs. Servers send unmasked (RFC 6455, section 5.1) and
 * nothing is compressed, so equal messages are equal bytes.
 */

const FINAL_TEXT = 0x81;

/** The bytes of one unfragmented WebSocket text message (RFC 6455, section 5.2). */
export function frameMessage(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FINAL_TEXT;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, start, 'utf8');
  return frame;
}
