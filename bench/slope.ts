/** One reading of something that should stay as it is. */
export interface Reading {
  readonly hours: number
  readonly value: number
}

/** How fast readings rise per hour, and how much of that may be chance (two-sided, 95 %). */
export interface Slope {
  readonly perHour: number
  readonly noise: number
}

const BLOCKS = 12
/** Student's t for 95 % and as many degrees of freedom as the blocks leave. */
const T = 2.228

/**
 * The slope of a straight line through the means of twelve equal stretches of time. Readings that follow each other are alike, so
 * that the readings themselves would make the noise look smaller than it is. Undefined when a stretch has no reading.
 */
export function slopeOf(readings: readonly Reading[]): Slope | undefined {
  const begin = Math.min(...readings.map(({ hours }) => hours))
  const width = (Math.max(...readings.map(({ hours }) => hours)) - begin) / BLOCKS
  if (!(width > 0)) return undefined
  const blocks = Array.from({ length: BLOCKS }, (_, block) => {
    const own = readings.filter(({ hours }) => Math.min(BLOCKS - 1, Math.floor((hours - begin) / width)) === block)
    return { x: begin + (block + 0.5) * width, y: own.reduce((sum, { value }) => sum + value, 0) / own.length }
  })
  if (blocks.some(({ y }) => Number.isNaN(y))) return undefined
  const meanX = blocks.reduce((sum, { x }) => sum + x, 0) / BLOCKS
  const meanY = blocks.reduce((sum, { y }) => sum + y, 0) / BLOCKS
  const sxx = blocks.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  const perHour = blocks.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / sxx
  const residual = blocks.reduce((sum, { x, y }) => sum + (y - meanY - perHour * (x - meanX)) ** 2, 0)
  return { perHour, noise: T * Math.sqrt(residual / (BLOCKS - 2) / sxx) }
}

/** Whether no rise can be told from chance. */
export function isFlat({ perHour, noise }: Slope): boolean {
  return perHour <= noise
}
