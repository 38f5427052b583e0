import type { Outgoing } from './messages.js'

/**
 * Messages that go out together, in one list: pieces of a body that follow each other become one message, for Envoy takes any number
 * of them in answer to its own.
 */
export function sentTogether(earlier: readonly Outgoing[], later: readonly Outgoing[]): readonly Outgoing[] {
  if (earlier.length === 0) return later
  const last = earlier.at(-1)
  const [first, ...rest] = later
  if (last?.kind !== 'response-body' || last.endOfStream || first?.kind !== 'response-body') {
    return [...earlier, ...later]
  }
  const joined: Outgoing = {
    kind: 'response-body',
    pieces: [...last.pieces, ...first.pieces],
    endOfStream: first.endOfStream,
  }
  return [...earlier.slice(0, -1), joined, ...rest]
}
