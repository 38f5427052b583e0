import type { Recording } from '../recording.js'
import type { WireAnswer } from './wire-answer.js'

/**
 * The body in pieces: as the recording's socket delivered them, one frame each, or cut at random places; which of these, and
 * where, is drawn from the seed and the recording's id, so that a failure can be repeated.
 */
export function piecesOf(recording: Recording, answer: WireAnswer, seed: number): readonly Uint8Array[] {
  const { body, frameEnds } = answer
  if (body.length === 0) return []
  if (frameEnds.length === 0) return [body]
  const { chunk_sizes: sizes, framing } = recording.response
  if (sizes !== undefined && framing === 'sse') return cutAt(body, offsetsOf(sizes))
  const random = randomFrom(`${seed}:${recording.id}`)
  return random() < 0.5 ? cutAt(body, frameEnds) : cutAt(body, randomOffsets(body.length, random, 40))
}

/** The body cut at `count` random places, fewer where it is shorter. */
export function cutRandomly(body: Buffer, count: number, seed: string): readonly Uint8Array[] {
  return cutAt(body, randomOffsets(body.length, randomFrom(seed), count))
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

function randomOffsets(length: number, random: () => number, count: number): readonly number[] {
  const offsets = Array.from({ length: Math.min(count, length) }, () => Math.floor(random() * length))
  return [...new Set(offsets)].sort((a, b) => a - b)
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
