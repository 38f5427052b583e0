import { isDeepStrictEqual } from 'node:util'
import type { ChatEvent } from '../../../core/chat.js'
import type { Framing } from '../../../core/framing.js'
import type { Frame, Provider } from '../../../core/provider.js'
import { framings } from '../../../llm/framing/framings.js'
import type { Difference } from '../compare.js'
import type { Recording } from '../recording.js'
import { cutRandomly } from './cutting.js'
import { wireAnswer } from './wire-answer.js'

/** In how many places a body is cut. */
const CUTS = 50

/**
 * Reads the provider's bytes into events in one piece and cut at 50 random places: the events must be the same. The
 * frames of an event stream must hold all its bytes, since answers pass by them that need no translation, also where the last
 * byte comes alone. Errors are no answers.
 */
export function cutDifferences(recording: Recording, provider: Provider, seed: number): readonly Difference[] {
  const { status, headers, body } = wireAnswer(recording)
  if (status >= 300) return []
  const framing = framings.forResponse(headers['content-type'] ?? '')
  const cut = cutRandomly(body, CUTS, `${seed}:cut:${recording.id}`)
  const whole = eventsOf(framesOf([body], framing), provider)
  const pieced = eventsOf(framesOf(cut, framing), provider)
  const passed = bytesOf(framesOf([body.subarray(0, -1), body.subarray(-1)], framing))
  return [
    ...(isDeepStrictEqual(whole, pieced)
      ? []
      : [{ field: `events when cut at ${CUTS} places`, expected: whole, actual: pieced }]),
    ...(passed.equals(body) || recording.response.framing !== 'sse'
      ? []
      : [{ field: 'bytes when the last one comes alone', expected: body.length, actual: passed.length }]),
  ]
}

const framesOf = (pieces: readonly Uint8Array[], framing: Framing): readonly Frame[] => {
  const frames = framing.decode()
  return [...pieces.flatMap((piece) => frames.push(piece)), ...frames.end('complete')]
}

const bytesOf = (frames: readonly Frame[]) => Buffer.concat(frames.map(({ raw }) => raw ?? new Uint8Array(0)))

function eventsOf(frames: readonly Frame[], { dialect, unwrap }: Provider): readonly ChatEvent[] {
  const events = dialect.decodeEvents()
  return [...frames.flatMap((frame) => events.push(unwrap ? unwrap(frame) : frame)), ...events.end('complete')]
}
