/** UTF-16 units that are read in one go: at most some ten milliseconds. */
export const SLICE = 16_384
