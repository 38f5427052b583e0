import type { ImageSize } from './image-size.js'

/** A vendor's published formula for what an image costs in tokens. */
export type ImageRule =
  /** OpenAI: fit into 2048 x 2048, then the short side to 768; `base` and `tile` for each 512 x 512. */
  | { readonly kind: 'tiles'; readonly base: number; readonly tile: number }
  /** OpenAI's small models: patches of 32 x 32, at most 1,536, times `factor` thousandths. */
  | { readonly kind: 'patches'; readonly factor: number }
  /** Claude: fit the long side into `longestEdge`, then width x height / 750, at most `most`. */
  | { readonly kind: 'area'; readonly longestEdge: number; readonly most: number }
  /** Gemini: 258 up to 384 x 384, else 258 for each tile of 768 x 768. */
  | { readonly kind: 'gemini' }

/** An estimate in tokens, and what it will not exceed as far as anyone says. */
export interface Estimate {
  readonly tokens: number
  readonly upperBound: number
}

/** Taken for an image whose size is not known. */
const TYPICAL: ImageSize = { width: 1024, height: 1024 }

const MOST_PATCHES = 1536
/** Gemini's largest figure for one image (Gemini 3, `media_resolution_ultra_high`). */
const GEMINI_MOST = 2240

/** Tokens of one image; `detail` is OpenAI's (`low`, `high`, `auto`), `size` undefined where it is not known. */
export function imageTokens(rule: ImageRule, size: ImageSize | undefined, detail: string | undefined): Estimate {
  const tokens = sized(rule, size ?? TYPICAL, detail)
  return { tokens, upperBound: size === undefined ? largest(rule, detail) : tokens }
}

function sized(rule: ImageRule, size: ImageSize, detail: string | undefined): number {
  switch (rule.kind) {
    case 'tiles': {
      if (detail === 'low') return rule.base
      const fitted = shrink(size, Math.min(1, 2048 / Math.max(size.width, size.height)))
      const { width, height } = shrink(fitted, Math.min(1, 768 / Math.min(fitted.width, fitted.height)))
      return rule.base + rule.tile * Math.ceil(width / 512) * Math.ceil(height / 512)
    }
    case 'patches': {
      const scale = Math.min(1, Math.sqrt((MOST_PATCHES * 1024) / (size.width * size.height)))
      const { width, height } = shrink(size, scale)
      const patches = Math.ceil(width / 32) * Math.ceil(height / 32)
      return Math.ceil((Math.min(patches, MOST_PATCHES) * rule.factor) / 1000)
    }
    case 'area': {
      const { width, height } = shrink(size, Math.min(1, rule.longestEdge / Math.max(size.width, size.height)))
      return Math.min(Math.ceil((width * height) / 750), rule.most)
    }
    case 'gemini':
      if (size.width <= 384 && size.height <= 384) return 258
      return Math.min(258 * Math.ceil(size.width / 768) * Math.ceil(size.height / 768), GEMINI_MOST)
  }
}

function largest(rule: ImageRule, detail: string | undefined): number {
  switch (rule.kind) {
    case 'tiles':
      return detail === 'low' ? rule.base : rule.base + 8 * rule.tile
    case 'patches':
      return Math.ceil((MOST_PATCHES * rule.factor) / 1000)
    case 'area':
      return rule.most
    case 'gemini':
      return GEMINI_MOST
  }
}

function shrink({ width, height }: ImageSize, scale: number): ImageSize {
  // Rounded to a millionth, so that 768.0000001 does not start another tile.
  const scaled = (side: number) => Math.round(side * scale * 1e6) / 1e6
  return { width: scaled(width), height: scaled(height) }
}
