import { type FakeProvider, startProvider } from '../support/provider.js'
import type { Recording } from './recording.js'

/** Models of this form name the recording that is to be replayed. */
export const REPLAY_PREFIX = 'replay:'

/**
 * A provider that answers every request with the recording its `model` names: recorded status, headers and bytes. Streams
 * leave one event per chunk, or as the recording's socket delivered them, or cut at offsets drawn from `seed`.
 */
export async function startReplayingProvider(recordings: readonly Recording[], seed: number): Promise<FakeProvider> {
  const byId = new Map(recordings.map((recording) => [recording.id, recording]))
  return startProvider(async (call, reply) => {
    const model = call.body['model']
    const id = typeof model === 'string' ? model.slice(REPLAY_PREFIX.length) : ''
    const recording = byId.get(id)
    if (recording === undefined) return reply.json(404, { error: { message: `replay: no recording '${id}'` } })
    const { status, headers, framing } = recording.response
    // Some recorders kept no headers at all; every provider names its content type.
    reply.head(status, { 'content-type': framing === 'sse' ? 'text/event-stream' : 'application/json', ...headers })
    for (const piece of piecesOf(recording, seed)) await reply.write(piece)
    reply.end()
  })
}

/** Cuts the body; which way is drawn from the seed and the recording's id, so a failure can be repeated. */
function piecesOf(recording: Recording, seed: number): readonly Uint8Array[] {
  const { body_text = '', framing, chunk_sizes } = recording.response
  const body = Buffer.from(body_text, 'utf8')
  if (body.length === 0) return []
  if (framing !== 'sse') return [body]
  if (chunk_sizes !== undefined) return cutAt(body, offsetsOf(chunk_sizes))
  const random = randomFrom(`${seed}:${recording.id}`)
  return random() < 0.5 ? cutAt(body, frameEnds(body_text)) : cutAt(body, randomOffsets(body.length, random))
}

function cutAt(body: Buffer, offsets: readonly number[]): readonly Buffer[] {
  const inside = [0, ...offsets.filter((offset) => offset > 0 && offset < body.length), body.length]
  return inside.slice(1).map((to, index) => body.subarray(inside[index], to))
}

function offsetsOf(sizes: readonly number[]): readonly number[] {
  let offset = 0
  return sizes.map((size) => {
    offset += size
    return offset
  })
}

/** Byte offsets after every blank line. */
function frameEnds(text: string): readonly number[] {
  let bytes = 0
  let from = 0
  return [...text.matchAll(/\r?\n\r?\n/g)].map((found) => {
    const to = found.index + found[0].length
    bytes += Buffer.byteLength(text.slice(from, to))
    from = to
    return bytes
  })
}

/** About 40 cuts, so that a long recording does not become thousands of chunks. */
function randomOffsets(length: number, random: () => number): readonly number[] {
  return Array.from({ length: Math.min(40, length) }, () => Math.floor(random() * length))
    .filter((offset, index, all) => all.indexOf(offset) === index)
    .sort((a, b) => a - b)
}

/** Mulberry32 over an FNV-1a hash of the text: small, and the same everywhere. */
function randomFrom(text: string): () => number {
  let state = 0x811c9dc5
  for (const byte of Buffer.from(text)) state = Math.imul(state ^ byte, 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
