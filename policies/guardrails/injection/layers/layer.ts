import type { Mapped } from '../read/mapped.js'

/** How a text stood within another. `plain`: written out with nothing hidden by it (`\n` in JSON). */
export const LAYERS = ['encoded', 'cipher', 'reversed', 'escaped', 'plain', 'unseen', 'markup'] as const
export type LayerKind = (typeof LAYERS)[number]

/** A text that was found in another. */
export interface Layer {
  readonly kind: LayerKind
  readonly content: Mapped
  /** Index into the text it was found in. */
  readonly at: number
}
