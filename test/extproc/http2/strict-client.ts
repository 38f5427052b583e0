import assert from 'node:assert/strict'
import { FLAG, FRAME } from '../../../extproc/http2/frames.js'
import { type HeaderField, headerBlock, headerReader } from '../../../extproc/http2/hpack.js'
import { type Frame, frame, framesOf, number } from './raw-frames.js'

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

const REQUEST = headerBlock({ ':method': 'POST', ':scheme': 'http', ':path': '/' })

/** What a client may set (RFC 9113, 6.5.2). */
export interface ClientSettings {
  readonly tableSize?: number
  readonly firstWindow?: number
  readonly frameSize?: number
}

/** What was heard of one stream. */
interface Heard {
  window: number
  state: 'nothing' | 'headers' | 'over'
  readonly fields: HeaderField[][]
  readonly data: Buffer[]
}

/**
 * A client's half of a connection, frame by frame: what it makes are bytes to send, and what it hears it holds against what it has said.
 * Settings hold from when they are acknowledged.
 */
export function strictClient() {
  const streams = new Map<number, Heard>()
  const faults: string[] = []
  const headers = headerReader()
  const settings: ClientSettings[] = []
  let rest: Buffer = Buffer.alloc(0)
  let fresh: Frame[] = []
  let window = 65_535
  let firstWindow = 65_535
  let frameSize = 16_384
  /** What the server may use of the table for headers, and what it does. */
  let allowedTable = 4096
  let usedTable = 4096
  let state: 'new' | 'open' | 'over' = 'new'

  const expect = (fact: boolean, fault: string) => {
    if (!fact) faults.push(fault)
  }
  const acknowledged = () => {
    const set = settings.shift()
    expect(set !== undefined, 'settings are acknowledged that nobody sent')
    frameSize = set?.frameSize ?? frameSize
    allowedTable = set?.tableSize ?? allowedTable
    const wider = (set?.firstWindow ?? firstWindow) - firstWindow
    firstWindow += wider
    for (const stream of streams.values()) stream.window += wider
  }
  const response = ({ type, flags, stream, payload }: Frame, heard: Heard | undefined) => {
    if (heard === undefined) return
    expect(heard.state !== 'over', `a frame of type ${type} on stream ${stream}, which is over`)
    if (type === FRAME.headers) {
      expect((flags & FLAG.endHeaders) !== 0, 'headers in parts')
      expect(heard.state === 'nothing' || (flags & FLAG.end) !== 0, `headers twice on stream ${stream}`)
      if (payload[0] === 0x20) usedTable = 0
      expect(usedTable <= allowedTable, 'no update of the size of the table')
      heard.fields.push([...headers.read(payload)])
      heard.state = 'headers'
    } else {
      expect(heard.state === 'headers', `data before headers on stream ${stream}`)
      heard.window -= payload.length
      window -= payload.length
      expect(heard.window >= 0 && window >= 0, `more data on stream ${stream} than its windows have room for`)
      heard.data.push(Buffer.from(payload))
    }
    if ((flags & FLAG.end) !== 0) heard.state = 'over'
  }
  const hear = (one: Frame) => {
    const { type, flags, stream, payload } = one
    expect(state !== 'over', 'a frame after the last')
    expect(state === 'open' || (type === FRAME.settings && flags === 0), 'something other than settings comes first')
    if (state === 'new') state = 'open'
    expect(payload.length <= frameSize, `a frame of ${payload.length} bytes`)
    const heard = streams.get(stream)
    expect(stream === 0 || heard !== undefined, `stream ${stream} was not opened`)
    if (type === FRAME.headers || type === FRAME.data) response(one, heard)
    else if (type === FRAME.settings && (flags & FLAG.ack) !== 0) acknowledged()
    else if (type === FRAME.reset && heard) heard.state = 'over'
    else if (type === FRAME.goaway) state = 'over'
  }

  return {
    /** What came, as it came. */
    hear(bytes: Buffer) {
      const read = framesOf(Buffer.concat([rest, bytes]))
      rest = Buffer.from(read.rest)
      for (const one of read.frames) {
        hear(one)
        fresh.push({ ...one, payload: Buffer.from(one.payload) })
      }
    },
    /** The frames that came since the last call. Fails if any that ever came should not have. */
    take(): readonly Frame[] {
      assert.deepEqual(faults, [])
      const taken = fresh
      fresh = []
      return taken
    },
    /** What has come of a stream. */
    data: (stream: number) => Buffer.concat(streams.get(stream)?.data ?? []),
    fields: (stream: number) => streams.get(stream)?.fields ?? [],
    state: (stream: number) => streams.get(stream)?.state,

    settings(set: ClientSettings): Buffer {
      settings.push(set)
      const pairs = [
        [1, set.tableSize],
        [4, set.firstWindow],
        [5, set.frameSize],
      ] as const
      const parts = pairs.map(([identifier, value]) =>
        value === undefined ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0, identifier]), number(value)]),
      )
      return frame(FRAME.settings, 0, 0, Buffer.concat(parts))
    },
    request(stream: number, goesOn: 'ends' | 'goes on', block: Buffer = REQUEST): Buffer {
      streams.set(stream, { window: firstWindow, state: 'nothing', fields: [], data: [] })
      return frame(FRAME.headers, FLAG.endHeaders | (goesOn === 'ends' ? FLAG.end : 0), stream, block)
    },
    widen(stream: number, more: number): Buffer {
      const heard = streams.get(stream)
      if (stream === 0) window += more
      else if (heard) heard.window += more
      return frame(FRAME.window, 0, stream, number(more))
    },
    /** From now on, nothing may come of the stream. */
    reset(stream: number): Buffer {
      const heard = streams.get(stream)
      if (heard) heard.state = 'over'
      return frame(FRAME.reset, 0, stream, number(8))
    },
  }
}
