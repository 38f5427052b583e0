import type { LayerKind } from './layers/layer.js'
import { layersIn } from './layers/layers.js'
import type { Setting } from './model/named.js'
import type { Mapped } from './read/mapped.js'
import { type View, viewOf } from './read/view.js'

/** A view of a text, or of one that is hidden in it. */
interface Explored {
  readonly view: View
  readonly setting: Setting
}

/** Layers within layers, texts hidden in one piece, and how long they may be together. */
const DEEPEST = 3
const MOST = 24
const MOST_UNITS = 20_000

/** The text as it is read, and every text that it hides. */
export function explore(text: Mapped): readonly Explored[] {
  const found: Explored[] = []
  let units = MOST_UNITS
  const visit = (raw: Mapped, inside: LayerKind | undefined, depth: number): void => {
    const view = viewOf(raw)
    const layers = layersIn(raw, view)
    const holds = layers.map(({ kind, at }) => ({ kind, at }))
    found.push({ view, setting: { inside, holds } })
    if (depth >= DEEPEST) return
    for (const { kind, content } of layers) {
      units -= content.text.length
      if (found.length >= MOST || units < 0) return
      // What was hidden remains so, in whatever it is written within.
      visit(content, kind === 'plain' ? inside : kind, depth + 1)
    }
  }
  visit(text, undefined, 0)
  return found
}
