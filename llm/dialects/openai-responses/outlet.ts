import type { JsonObject } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'

/** Where the events of an answer go. For a client that asked for no stream they go nowhere, and are not even written. */
export interface Outlet {
  event(type: string, members: JsonObject): void
  /** A delta of an item: `members` (JSON text, without braces) were made once for all its deltas. */
  delta(type: string, members: string, text: string, tail?: string): void
  /** What was written since the last time. */
  taken(): readonly Frame[]
}

/** Numbers the events as they go out, from 0. */
export function streamOutlet(): Outlet {
  let frames: Frame[] = []
  let number = 0
  const send = (event: string, data: string) => frames.push({ type: 'event', event, data })
  return {
    event(type, members) {
      send(type, JSON.stringify({ type, ...members, sequence_number: number++ }))
    },
    delta(type, members, text, tail = '') {
      const delta = JSON.stringify(text)
      send(type, `{"type":"${type}",${members},"delta":${delta}${tail},"sequence_number":${number++}}`)
    },
    taken() {
      const made = frames
      frames = []
      return made
    },
  }
}

/** Takes no notice of anything. */
export const noOutlet: Outlet = { event: () => {}, delta: () => {}, taken: () => [] }

/** The members of an object as JSON text without its braces. */
export const membersText = (members: JsonObject): string => JSON.stringify(members).slice(1, -1)
