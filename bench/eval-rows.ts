import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { atOnce } from '../core/turns.js'
import { codePointOffsets } from '../policies/services/code-points.js'
import type { Span } from './eval-pii-score.js'

/** A labelled text; offsets count UTF-16 units. */
export interface Row {
  readonly id: string
  readonly text: string
  readonly gold: readonly Span[]
  /** The sentence pattern that it was made from; empty where there is none. */
  readonly template: string
}

/** The labelled texts of one file. */
export interface RowSet {
  readonly name: string
  readonly rows: readonly Row[]
}

/** Takes the marks «type:value» out of a text. */
export function parseCase(marked: string): Row {
  const gold: Span[] = []
  let text = ''
  for (const part of marked.split(/(«[A-Z_]+:[^»]*»)/)) {
    const mark = /^«([A-Z_]+):([^»]*)»$/.exec(part)
    if (mark) gold.push({ start: text.length, end: text.length + (mark[2]?.length ?? 0), type: mark[1] ?? '' })
    text += mark ? (mark[2] ?? '') : part
  }
  return { id: '', text, gold, template: '' }
}

/** The sets of a folder (`*.jsonl`), and those with nothing to find (`negatives/*.jsonl`). Offsets there count code points. */
export function readFolder(directory: string): {
  readonly labelled: readonly RowSet[]
  readonly negatives: readonly RowSet[]
} {
  const negatives = join(directory, 'negatives')
  return { labelled: readSets(directory), negatives: existsSync(negatives) ? readSets(negatives) : [] }
}

function readSets(directory: string): readonly RowSet[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => ({ name: basename(name, '.jsonl'), rows: readRows(join(directory, name)) }))
}

interface Written {
  readonly id: string | number
  readonly text: string
  readonly spans?: readonly Span[]
  readonly template?: string | null
}

function readRows(file: string): readonly Row[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((text) => text !== '')
  return lines.map((json) => {
    const { id, text, spans = [], template } = JSON.parse(json) as Written
    const offsetOf = atOnce(codePointOffsets(text))
    const at = (point: number): number => offsetOf(point) ?? text.length
    const gold = spans.map(({ start, end, type }) => ({ start: at(start), end: at(end), type }))
    return { id: String(id), text, gold, template: template ?? '' }
  })
}
