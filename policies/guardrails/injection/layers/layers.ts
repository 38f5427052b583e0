import type { Mapped } from '../read/mapped.js'
import type { View } from '../read/view.js'
import { cipherLayers } from './ciphers.js'
import { encodedLayers } from './encoded.js'
import { escapeLayer } from './escapes.js'
import type { Layer } from './layer.js'
import { markupLayers } from './markup.js'
import { symbolLayers } from './symbols.js'

/** The texts that stand hidden in a text: `raw` as it was written, `view` as it is read. */
export function layersIn(raw: Mapped, view: View): readonly Layer[] {
  const { normal, tokens } = view
  return [
    ...normal.hidden.map((content): Layer => ({ kind: 'unseen', content, at: 0 })),
    ...escapeLayer(raw),
    ...encodedLayers(raw),
    ...symbolLayers(normal),
    ...cipherLayers(normal, tokens),
    ...markupLayers(normal),
  ]
}
