import { FEATURES, GROUPS, LAYOUT } from './layout.js'

/** Weights as they are kept: a byte each, base64, in units of their group. */
export interface PackedWeights {
  /** `LAYOUT` of when they were made. */
  readonly layout: number
  /** What one unit is worth, in the order of `GROUPS`. */
  readonly units: readonly number[]
  readonly bytes: string
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Throws where they are for other features. */
export function unpackWeights({ layout, units, bytes }: PackedWeights): Float32Array {
  if (layout !== LAYOUT) throw new Error('the weights are for other features: train them again')
  const values = new Uint8Array(128)
  for (let index = 0; index < 64; index++) values[ALPHABET.charCodeAt(index)] = index
  const weights = new Float32Array(FEATURES)
  const groups = Object.values(GROUPS)
  for (const [index, { from, size }] of groups.entries()) {
    const unit = units[index] ?? 0
    for (let at = from; at < from + size; at++) weights[at] = signed(byteAt(bytes, values, at)) * unit
  }
  return weights
}

function byteAt(bytes: string, values: Uint8Array, index: number): number {
  const bit = index * 8
  const at = Math.floor(bit / 6)
  const pair = ((values[bytes.charCodeAt(at)] ?? 0) << 6) | (values[bytes.charCodeAt(at + 1)] ?? 0)
  return (pair >> (4 - (bit % 6))) & 0xff
}

function signed(byte: number): number {
  return byte > 127 ? byte - 256 : byte
}

/** The largest weight of a group is 127 units. */
export function packWeights(weights: Float32Array): PackedWeights {
  const units: number[] = []
  const bytes = new Uint8Array(FEATURES)
  for (const { from, size } of Object.values(GROUPS)) {
    const largest = weights.subarray(from, from + size).reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9)
    const unit = Number((largest / 127).toPrecision(6))
    units.push(unit)
    for (let at = from; at < from + size; at++)
      bytes[at] = Math.max(-127, Math.min(127, Math.round((weights[at] ?? 0) / unit)))
  }
  return { layout: LAYOUT, units, bytes: encode(bytes) }
}

function encode(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const held = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    for (const shift of [18, 12, 6, 0]) text += ALPHABET[(held >> shift) & 63]
  }
  return text
}
