import type { Steps } from '../../core/turns.js'
import type { Said } from '../../policies/audit/said.js'
import type { AuditRecord } from './record.js'

/** UTF-16 units, and pieces of what was said, that are written in one step; and units of work for one and the other. */
const TEXT_TOGETHER = 16 * 1024
const SAID_TOGETHER = 512
const PER_UNIT = 32
const SAID = 2

/** A record as JSON but for its first brace, in pieces: a prompt may be a million parts, and their text too long to be in one. */
export function* recordText({ prompt, answer, ...record }: AuditRecord): Steps<readonly string[]> {
  const pieces = [JSON.stringify(record).slice(1, -1)]
  if (prompt) yield* writeSaid(pieces, 'prompt', prompt)
  if (answer) yield* writeSaid(pieces, 'answer', answer)
  pieces.push('}')
  return pieces
}

function* writeSaid(pieces: string[], name: string, said: readonly Said[]): Steps<void> {
  pieces.push(`,"${name}":[`)
  for (let from = 0; from < said.length; ) {
    let to = from
    let length = 0
    while (to < said.length && to - from < SAID_TOGETHER && length < TEXT_TOGETHER) length += lengthOf(said[to++])
    yield 1 + SAID * (to - from) + length / PER_UNIT
    pieces.push(from === 0 ? '' : ',', JSON.stringify(said.slice(from, to)).slice(1, -1))
    from = to
  }
  pieces.push(']')
}

const lengthOf = (said: Said | undefined) => (said?.text ?? '').length + (said?.tail ?? '').length
