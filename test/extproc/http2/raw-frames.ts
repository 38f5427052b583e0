/** A frame of HTTP/2, as its bytes have it. */
export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

const HEAD = 9

/** A frame's bytes. */
export function frame(type: number, flags = 0, stream = 0, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(HEAD)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** The frames that are whole, and the bytes behind them. */
export function framesOf(bytes: Buffer): { readonly frames: readonly Frame[]; readonly rest: Buffer } {
  const frames: Frame[] = []
  let at = 0
  while (bytes.length - at >= HEAD) {
    const end = at + HEAD + bytes.readUIntBE(at, 3)
    if (end > bytes.length) break
    const payload = bytes.subarray(at + HEAD, end)
    const [type, flags] = [bytes[at + 3] ?? 0, bytes[at + 4] ?? 0]
    frames.push({ type, flags, stream: bytes.readUInt32BE(at + 5), payload })
    at = end
  }
  return { frames, rest: bytes.subarray(at) }
}

/** A number of 32 bits, as payloads have them. */
export function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
