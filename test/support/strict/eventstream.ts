import type { JsonObject } from '../../../core/json.js'

/** An event by its type, or an exception by its name. */
export type BedrockEvent =
  | { readonly type: string; readonly payload: JsonObject }
  | { readonly exception: string; readonly payload: JsonObject }

const STRING = 7

/** One message of AWS's event stream: https://smithy.io/2.0/aws/amazon-eventstream.html */
export function bedrockMessage(event: BedrockEvent): Uint8Array {
  const named: readonly (readonly [string, string])[] =
    'type' in event
      ? [
          [':message-type', 'event'],
          [':event-type', event.type],
        ]
      : [
          [':message-type', 'exception'],
          [':exception-type', event.exception],
        ]
  const headers = Buffer.concat([...named, [':content-type', 'application/json'] as const].map(header))
  const payload = Buffer.from(JSON.stringify(event.payload))
  const prelude = Buffer.alloc(12)
  prelude.writeUInt32BE(prelude.length + headers.length + payload.length + 4, 0)
  prelude.writeUInt32BE(headers.length, 4)
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8)
  const message = Buffer.concat([prelude, headers, payload])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(message))
  return Buffer.concat([message, sum])
}

function header([name, value]: readonly [string, string]): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(Buffer.byteLength(value))
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([STRING]),
    length,
    Buffer.from(value),
  ])
}

/** Bit by bit: what is checked here has a table of its own. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}
