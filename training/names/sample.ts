import type { NameKind } from '../../policies/pii/names/labels.js'

/** A text with the names in it; UTF-16 offsets, in order, without overlaps. */
export interface Sample {
  readonly text: string
  readonly names: readonly NamedSpan[]
}

export interface NamedSpan {
  readonly start: number
  readonly end: number
  readonly kind: NameKind
}

/** Puts a sample together from pieces. */
export function sampleBuilder() {
  let text = ''
  const names: NamedSpan[] = []
  return {
    add(piece: string, kind?: NameKind): void {
      if (kind !== undefined && piece !== '') names.push({ start: text.length, end: text.length + piece.length, kind })
      text += piece
    },
    done: (): Sample => ({ text, names }),
  }
}

/** The sample with its text written another way that keeps every offset; itself where that cannot be. */
export function rewritten(sample: Sample, write: (text: string) => string): Sample {
  const text = write(sample.text)
  return text.length === sample.text.length ? { text, names: sample.names } : sample
}
