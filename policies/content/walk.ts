import type { ContentOf, Source, SourceOf } from '../../core/content.js'

/** `text`: a string. `number`: one of at least six digits, as it is written. `key`: the name of a member of an application's data. */
export type SiteKind = 'text' | 'number' | 'key'

/** A walk through one request. It meets the same sites in the same order whatever is put in their places. */
export interface Walk {
  readonly contentOf: ContentOf
  /** Absent where nobody asks who has written what. */
  readonly sourceOf?: SourceOf | undefined
  /** Who has written what the walk is at. */
  source: Source
  /** What to put in the place of a site; undefined leaves it. `label` is the name of the member that a value of data belongs to. */
  visit(text: string, kind: SiteKind, label: string | undefined): string | undefined
  /** Told of everything that nobody here can read; `path` as clients write it, down to the entry of a list that holds it. */
  unscannable(path: string): void
  /** UTF-16 units of the texts that were met since this was last taken back, and what values and schemas come to. */
  read: number
  /** Names and indexes from the body down to where the walk is. */
  readonly steps: (string | number)[]
}

/** UTF-16 units of texts that are met without giving way. */
export const READ_TOGETHER = 8192

/** What a value of data, or a schema, is in such units besides its texts. */
export const READ_PER_VALUE = 16

/** What meeting these texts has taken, in units of work; they are taken back. */
export function unitsRead(walk: Walk): number {
  const units = walk.read / 2
  walk.read = 0
  return units
}

/** The path of the closest entry of a list, of the member itself where there is none: `messages[0].content[1]`. */
export function pathOf(steps: readonly (string | number)[]): string {
  const entry = steps.findLastIndex((step) => typeof step === 'number')
  let path = ''
  for (const step of entry === -1 ? steps : steps.slice(0, entry + 1)) {
    if (typeof step === 'number') path += `[${step}]`
    else path += path === '' ? step : `.${step}`
  }
  return path
}
