import { addSame, type Lane, type Piece } from '../../content/piece.js'
import { createJsonLexer } from './json-lexer.js'
import type { Place } from './json-units.js'
import { createStages, type Stretch, type Work } from './stages.js'

/**
 * JSON as it is streamed. Contents of strings, names of members included, are treated as the texts they stand for; what is not
 * changed keeps its own escapes, what is put in gets those of JSON. A number with something to replace in it becomes a string.
 * What is no JSON is plain text from there on.
 */
export function jsonLane(work: Work): Lane {
  const lexer = createJsonLexer()
  const stages = createStages(work)

  /** From units of what the JSON says to units of how it is written. */
  const written = (pieces: readonly Piece[]): readonly Piece[] => {
    const out: Piece[] = []
    for (const piece of pieces) {
      if (piece.kind === 'blocked') out.push(piece)
      else if (piece.kind === 'same') addSame(out, lexer.units.take(piece.length))
      else {
        const text = inPlace(piece.text, lexer.units.place())
        out.push({ kind: 'changed', length: lexer.units.take(piece.length), text })
      }
    }
    return out
  }
  const pass = (stretches: readonly Stretch[]): readonly Piece[] =>
    stretches.length === 0 ? [] : written(stages.take(stretches))

  return {
    push: (text) => pass(lexer.push(text)),
    end() {
      const last = pass(lexer.end())
      return last.at(-1)?.kind === 'blocked' ? last : [...last, ...written(stages.end())]
    },
  }
}

function inPlace(text: string, place: Place): string {
  switch (place) {
    case 'string':
      return JSON.stringify(text).slice(1, -1)
    case 'number':
      return JSON.stringify(text)
    case 'elsewhere':
      return text
  }
}
