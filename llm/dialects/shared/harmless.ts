import type { JsonValue } from '../../../core/json.js'

const HARMLESS: ReadonlyMap<string, (value: JsonValue) => boolean> = new Map([
  ['store', (value: JsonValue) => value === false],
  ['stream_options', () => true],
  ['modalities', (value: JsonValue) => Array.isArray(value) && value.length === 1 && value[0] === 'text'],
])

/** Whether a member of another dialect's request changes nothing about the answer: leaving it out loses nothing. */
export const isHarmless = (path: string, value: JsonValue): boolean => HARMLESS.get(path)?.(value) === true
