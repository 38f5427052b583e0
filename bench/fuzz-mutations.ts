import { isObject, type JsonObject, type JsonValue } from '../core/json.js'
import type { Random } from './fuzz-random.js'

/** Values that parsers get wrong. */
const STRANGE: readonly JsonValue[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, 5e-324, '', ' ', '\u0000', '\ud800', '[DONE]'],
  ...['a'.repeat(5000), '{', '{}', '[1', '"', 'data:;base64,', 'data:image/png;base64,AA==', '__proto__', 'gemini:'],
  ...[
    [],
    {},
    [[]],
    [null],
    [{}],
    { type: 'text' },
    { type: 'tool_use' },
    { error: {} },
    { error: 'x' },
    { choices: [] },
  ],
]
const NAMES = ['__proto__', 'constructor', 'toString', 'type', 'error', 'content', 'id', 'index', 'role', 'length', '']

/** Any JSON value of a few levels. */
export function randomJson(random: Random, depth = 3): JsonValue {
  if (depth === 0 || random.chance(0.4)) return random.oneOf(STRANGE)
  const size = random.below(4)
  if (random.chance(0.5)) return Array.from({ length: size }, () => randomJson(random, depth - 1))
  return Object.fromEntries(Array.from({ length: size }, () => [random.oneOf(NAMES), randomJson(random, depth - 1)]))
}

/** The value with something in it changed: a place at random is replaced, removed, repeated, renamed or wrapped. */
export function mutated(value: JsonValue, random: Random): JsonValue {
  if (Array.isArray(value)) return mutatedList(value, random)
  return isObject(value) ? mutatedObject(value, random) : mutatedLeaf(value, random)
}

/** How likely a change is to be made deeper inside. */
const DEEPER = 0.85

function mutatedList(list: readonly JsonValue[], random: Random): JsonValue {
  const at = random.below(list.length)
  const member = list[at]
  if (member === undefined) return [randomJson(random)]
  if (random.chance(DEEPER)) return list.with(at, mutated(member, random))
  switch (random.below(5)) {
    case 0:
      return list.toSpliced(at, 1)
    case 1:
      return [...list, member]
    case 2:
      return list.toReversed()
    case 3:
      return list.toSpliced(at, 0, randomJson(random))
    default:
      return randomJson(random)
  }
}

function mutatedObject(object: JsonObject, random: Random): JsonValue {
  const entries = Object.entries(object) as [string, JsonValue][]
  const at = random.below(entries.length)
  const [name, member] = entries[at] ?? []
  if (name === undefined || member === undefined) return randomJson(random)
  if (random.chance(DEEPER)) return Object.fromEntries(entries.with(at, [name, mutated(member, random)]))
  switch (random.below(5)) {
    case 0:
      return Object.fromEntries(entries.toSpliced(at, 1))
    case 1:
      return Object.fromEntries(entries.with(at, [random.oneOf(NAMES), member]))
    case 2:
      return Object.fromEntries([...entries, [random.oneOf(NAMES), randomJson(random)]])
    case 3:
      return [object]
    default:
      return randomJson(random)
  }
}

function mutatedLeaf(leaf: JsonValue, random: Random): JsonValue {
  if (typeof leaf === 'string' && random.chance(0.5)) {
    const at = random.below(leaf.length + 1)
    return random.chance(0.5)
      ? leaf.slice(0, at)
      : leaf.slice(0, at) + random.oneOf(['\ud83d', '"', '\n\n', ':']) + leaf.slice(at)
  }
  if (typeof leaf === 'number' && random.chance(0.5)) return random.oneOf([-leaf, leaf + 1, leaf * 1e12, leaf + 0.5])
  return randomJson(random, 2)
}

/** Bytes with some changed, cut out, or put in. */
export function mutatedBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes)
  for (let n = random.below(4); n > 0 && changed.length > 0; n--)
    changed[random.below(changed.length)] = random.below(256)
  if (random.chance(0.3)) return changed.subarray(0, random.below(changed.length + 1))
  if (random.chance(0.3)) {
    const at = random.below(changed.length + 1)
    const size = random.below(64)
    return Buffer.concat([changed.subarray(0, at), changed.subarray(at + size)])
  }
  return changed
}
