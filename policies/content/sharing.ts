import type { JsonObject, JsonValue } from '../../core/json.js'
import type { Steps } from '../../core/turns.js'

/** Units that looking at an entry or a member takes, and how many go together. */
const ENTRY = 4
const TOGETHER = 256

/** The list with what `each` makes of its entries; the same list where that changes none. */
export function* mapList(
  list: readonly JsonValue[],
  each: (value: JsonValue, index: number) => Steps<JsonValue>,
): Steps<readonly JsonValue[]> {
  let changed: JsonValue[] | undefined
  for (let index = 0; index < list.length; index++) {
    if (index % TOGETHER === TOGETHER - 1) yield ENTRY * TOGETHER
    const value = list[index] as JsonValue
    const made = yield* each(value, index)
    if (made !== value) changed ??= list.slice()
    if (changed) changed[index] = made
  }
  return changed ?? list
}

/** The object with what `each` makes of its members, in their order; the same object where that changes none. */
export function* mapMembers(
  object: JsonObject,
  each: (value: JsonValue, name: string) => JsonValue | Steps<JsonValue>,
): Steps<JsonObject> {
  const names = Object.keys(object)
  let changed: [string, JsonValue | undefined][] | undefined
  for (let index = 0; index < names.length; index++) {
    if (index % TOGETHER === TOGETHER - 1) yield ENTRY * TOGETHER
    const name = names[index] as string
    const value = object[name]
    const given = value === undefined ? undefined : each(value, name)
    const made = isSteps(given) ? yield* given : given
    if (made !== value) changed ??= names.slice(0, index).map((earlier) => [earlier, object[earlier]])
    changed?.push([name, made])
  }
  // Entries keep a member called `__proto__` as data.
  return changed ? Object.fromEntries(changed) : object
}

/** What is parsed from JSON has no functions. */
function isSteps(given: JsonValue | Steps<JsonValue> | undefined): given is Steps<JsonValue> {
  return typeof given === 'object' && given !== null && 'next' in given && typeof given.next === 'function'
}

/** The same with what `rename` makes of their names, asked before their values; none is lost where two become the same. */
export function* mapNamed(
  object: JsonObject,
  rename: (name: string) => string,
  each: (value: JsonValue, name: string) => Steps<JsonValue>,
): Steps<JsonObject> {
  const renamed = new Map<string, string>()
  const mapped = yield* mapMembers(object, (value, name) => {
    const made = rename(name)
    if (made !== name) renamed.set(name, made)
    return each(value, name)
  })
  if (renamed.size === 0) return mapped
  const names = Object.keys(mapped)
  const nameFor = namesBeside(names)
  return Object.fromEntries(
    names.map((name) => {
      const wanted = renamed.get(name)
      return [wanted === undefined ? name : nameFor(wanted), mapped[name]]
    }),
  )
}

/**
 * Gives new names to members of an object that has these: the wanted one, or where it is taken the same with a number behind it.
 * Linear, also where all want the same.
 */
export function namesBeside(names: Iterable<string>): (wanted: string) => string {
  const taken = new Set(names)
  const last = new Map<string, number>()
  return (wanted) => {
    let free = wanted
    let number = last.get(wanted) ?? 1
    while (taken.has(free)) free = `${wanted}_${++number}`
    last.set(wanted, number)
    taken.add(free)
    return free
  }
}
