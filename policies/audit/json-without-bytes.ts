import { isList, isObject, type JsonValue } from '../../core/json.js'
import { isLongJson, jsonText } from '../../core/json-writer.js'
import { LongText } from '../../core/text-pieces.js'
import { ITEMS_TOGETHER, type Steps } from '../../core/turns.js'
import { isBase64InSteps } from '../content/base64.js'
import { mapList, mapMembers } from '../content/sharing.js'
import { bytesIn } from './bytes-in.js'

/** Shorter texts may be words. */
const LEAST_BYTES = 512

/** Characters that are searched for a comma or the end of a line in one unit. */
const SEARCHED_PER_UNIT = 4096

/** Units that a value takes, and a member of many. */
const VALUE = 1
const MEMBER = 2

/** JSON text without the bytes as base64 that stand in it: in their place is told how many there are. */
export function* jsonWithoutBytes(value: JsonValue): Steps<string> {
  // What is short has no text in it that is long enough.
  return isLongJson(value, LEAST_BYTES) ? yield* jsonText(yield* withoutBytes(value)) : JSON.stringify(value)
}

/** One member of an object, by its name. */
export type Member = readonly [name: string, value: JsonValue]

/** Members up to which their order is that of an object of JavaScript's. */
const ORDERED = 5000
/** Names that come before all others there, by what number they are. */
const INDEX = /^(?:0|[1-9]\d{0,9})$/
const MOST_INDEX = 2 ** 32 - 2

/** The same of an object with so many members, each with a name of its own. None is made of them, which would take V8 long. */
export function* membersWithoutBytes(members: Iterable<Member>, size: number): Steps<string> {
  const text = new LongText()
  let before = '{'
  let worked = 0
  for (const [name, value] of size > ORDERED ? members : inOrder([...members])) {
    worked += MEMBER
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    text.add(`${before}${JSON.stringify(name)}:${yield* jsonWithoutBytes(value)}`)
    before = ','
  }
  text.add('}')
  return text.end()
}

function inOrder(members: readonly Member[]): readonly Member[] {
  const first = members.filter(isIndexed)
  if (first.length === 0) return members
  return [...first.sort(([a], [b]) => Number(a) - Number(b)), ...members.filter((member) => !isIndexed(member))]
}

const isIndexed = ([name]: Member) => INDEX.test(name) && Number(name) <= MOST_INDEX

/** The value, the same one where there are none. */
function withoutBytes(value: JsonValue): Steps<JsonValue> {
  let worked = 0
  function* within(inner: JsonValue): Steps<JsonValue> {
    worked += VALUE
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    if (typeof inner === 'string') return inner.length < LEAST_BYTES ? inner : yield* unlessBytes(inner)
    if (isList(inner)) return yield* mapList(inner, within)
    return isObject(inner) ? yield* mapMembers(inner, within) : inner
  }
  return within(value)
}

function* unlessBytes(text: string): Steps<string> {
  yield 1 + text.length / SEARCHED_PER_UNIT
  const payload = text.startsWith('data:') ? text.slice(text.indexOf(',') + 1) : text
  return (yield* isBase64InSteps(payload)) ? `[${yield* bytesIn(payload)} bytes]` : text
}
