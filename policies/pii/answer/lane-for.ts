import type { BlockStart } from '../../../core/chat.js'
import type { Lane } from '../../content/piece.js'
import { jsonLane } from './json-lane.js'
import type { Work } from './stages.js'
import { textLane } from './text-lane.js'

/** How the deltas of a block are read; undefined for blocks that have none. */
export function laneFor(start: BlockStart, work: Work): Lane | undefined {
  switch (start.kind) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return textLane(work)
    case 'tool-call':
      return start.call === 'function' ? jsonLane(work) : textLane(work)
    // What a tool of the provider is called with.
    case 'opaque':
      return jsonLane(work)
    case 'redacted-reasoning':
      return undefined
  }
}
