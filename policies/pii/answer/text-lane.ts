import type { Lane } from '../../content/piece.js'
import { createStages, type Work } from './stages.js'

/** Plain text. */
export function textLane(work: Work): Lane {
  return createStages(work)
}
