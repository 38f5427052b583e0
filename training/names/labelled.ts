import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { atOnce } from '../../core/turns.js'
import type { NameKind } from '../../policies/pii/names/labels.js'
import { codePointOffsets } from '../../policies/services/code-points.js'
import type { NamedSpan, Sample } from './sample.js'

/** One labelled text of a folder's file. */
export interface Labelled extends Sample {
  readonly id: string
  /** The file's name without its ending. */
  readonly set: string
  /** The sentence pattern that it was made from; empty where there is none. */
  readonly template: string
}

interface Row {
  readonly id: string
  readonly text: string
  readonly template?: string | null
  readonly spans?: readonly {
    readonly start: number
    readonly end: number
    readonly type: string
    readonly src_type?: string
  }[]
}

/** Reads `pii/*.jsonl` and `pii/negatives/*.jsonl` of a folder; offsets there count code points. */
export function readLabelled(directory: string): readonly Labelled[] {
  const folder = join(directory, 'pii')
  const files = jsonLines(folder)
  const negatives = existsSync(join(folder, 'negatives')) ? jsonLines(join(folder, 'negatives')) : []
  return [...files, ...negatives].flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => labelled(JSON.parse(line) as Row, basename(file, '.jsonl'))),
  )
}

function jsonLines(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name))
}

function labelled({ id, text, template, spans = [] }: Row, set: string): Labelled {
  const offsetOf = atOnce(codePointOffsets(text))
  const place = (point: number): number => offsetOf(point) ?? text.length
  const names = spans.flatMap(({ start, end, type, src_type = type }) => {
    const span = { start: place(start), end: place(end) }
    const kind = kindOf(type, src_type, text.slice(span.start, span.end))
    return kind === undefined ? [] : [{ ...span, kind }]
  })
  const inOrder = names.sort((left, right) => left.start - right.start)
  return { id, set, text, template: template ?? '', names: withTitles(text, inOrder) }
}

const TITLE = /^(mr|mrs|ms|miss|dr|prof)\.?$/i

function kindOf(type: string, source: string, value: string): NameKind | 'title' | undefined {
  switch (type) {
    case 'PERSON':
      if (TITLE.test(value)) return 'title'
      // "my brother" is nobody's name.
      return /^(my|the|his|her|our)\s/.test(value) && !/\p{Lu}/u.test(value) ? undefined : 'person'
    case 'ORGANIZATION':
      return 'organization'
    case 'LOCATION':
      return /ADDRESS/.test(source) || (/\d/.test(value) && value.includes(',')) ? 'postal_address' : 'location'
    case 'ZIP_CODE':
      return 'postal_address'
    case 'TITLE':
      return TITLE.test(value) ? 'title' : undefined
    default:
      return undefined
  }
}

/** A title is part of the name behind it. */
function withTitles(
  text: string,
  spans: readonly { start: number; end: number; kind: NameKind | 'title' }[],
): readonly NamedSpan[] {
  return spans.flatMap(({ start, end, kind }, index) => {
    if (kind === 'title') return []
    const before = spans[index - 1]
    const isTitled = kind === 'person' && before?.kind === 'title' && /^\s*$/.test(text.slice(before.end, start))
    return [{ start: isTitled && before ? before.start : start, end, kind }]
  })
}
