import type { Vector } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import type { JsonValue } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'

const BYTES_PER_FLOAT = 4

/** Reads a vector as providers write it: an array of numbers, or base64. Undefined for anything else. */
export function readVector(value: JsonValue | undefined): Vector | undefined {
  if (typeof value === 'string' && value !== '') return { kind: 'base64', data: value }
  if (isArray(value) && value.length > 0 && areNumbers(value)) return { kind: 'floats', values: value }
  return undefined
}

/** The vector in the form that a client asked for; the same bytes where it has that form already. */
export function writeVector(vector: Vector, form: 'float' | 'base64'): readonly number[] | string {
  switch (vector.kind) {
    case 'floats':
      return form === 'float' ? vector.values : toBase64(vector.values)
    case 'base64':
      return form === 'base64' ? vector.data : toNumbers(vector.data)
  }
}

/** Base64 of the numbers as little-endian 32-bit floats, each rounded to the nearest. */
function toBase64(values: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(values.length * BYTES_PER_FLOAT)
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * BYTES_PER_FLOAT)
  return bytes.toString('base64')
}

/** The numbers exactly as the 32-bit floats that they are. Throws `upstream_error` for anything else. */
function toNumbers(data: string): readonly number[] {
  const bytes = Buffer.from(data, 'base64')
  if (bytes.length === 0 || bytes.length % BYTES_PER_FLOAT !== 0) throw notFloats()
  const values: number[] = []
  for (let at = 0; at < bytes.length; at += BYTES_PER_FLOAT) {
    const value = bytes.readFloatLE(at)
    // JSON would say null.
    if (!Number.isFinite(value)) throw notFloats()
    values.push(value)
  }
  return values
}

/** A loop, which is fast from the first answer on: large ones have millions. */
function areNumbers(values: readonly JsonValue[]): values is readonly number[] {
  for (let index = 0; index < values.length; index++) if (typeof values[index] !== 'number') return false
  return true
}

const notFloats = () =>
  new GatewayError('upstream_error', 'The provider sent a vector that is not one of 32-bit floats.')
