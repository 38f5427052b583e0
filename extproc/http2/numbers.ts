import { ConnectionError } from './errors.js'

/** Identifiers of settings (RFC 9113, 6.5.2). */
export const SETTING = { firstWindow: 4, frameSize: 5, listSize: 6 } as const

/** A number as frames hold it. */
export function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** The number that is all of a frame. Throws `ConnectionError`. */
export function numberIn(payload: Buffer): number {
  if (payload.length !== 4) throw new ConnectionError('frame size', 'a frame of a wrong length')
  return payload.readUInt32BE(0)
}

export function setting(identifier: number, value: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUInt16BE(identifier)
  bytes.writeUInt32BE(value, 2)
  return bytes
}
