import type { Content, Source } from '../../core/content.js'
import { isList, isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import { isLongText } from '../../core/json-in-text.js'
import type { Steps } from '../../core/turns.js'
import { mapList, mapMembers, mapNamed } from './sharing.js'
import { READ_PER_VALUE, READ_TOGETHER, unitsRead, type Walk } from './walk.js'
import { walkSchema } from './walk-schema.js'
import { walkMedia, walkName, walkNumber, walkText, walkTextInSteps } from './walk-text.js'

/** Walks the object of a dialect member by member; the same object where nothing changed. */
export function* walkObject(walk: Walk, owner: JsonObject): Steps<JsonObject> {
  return yield* mapMembers(owner, (value, name) => {
    const content = walk.contentOf(owner, name, walk.steps)
    // Most members are words or one text, and need no steps of their own.
    if (content === 'word') return value
    const around = walk.source
    walk.source = within(around, walk.sourceOf?.(owner, name, walk.steps))
    walk.steps.push(name)
    if (content !== 'wire' || typeof value !== 'string' || isLongText(value))
      return walkMember(walk, content, value, name, around)
    const made = walkText(walk, value)
    if (walk.read > READ_TOGETHER) return left(walk, made, around)
    walk.steps.pop()
    walk.source = around
    return made
  })
}

function* walkMember(
  walk: Walk,
  content: Exclude<Content, 'word'>,
  value: JsonValue,
  name: string,
  around: Source,
): Steps<JsonValue> {
  return yield* left(walk, yield* walkContent(walk, content, value, name), around)
}

/** Leaves a member for what is around it, after a pause where much has been read. */
function* left(walk: Walk, made: JsonValue, around: Source): Steps<JsonValue> {
  if (walk.read > READ_TOGETHER) yield unitsRead(walk)
  walk.steps.pop()
  walk.source = around
  return made
}

/**
 * Who has written something within what somebody has written: nobody gets more of a say there. The operator's word stays his, and
 * what a tool brings stays foreign.
 */
function within(around: Source, said: Source | undefined): Source {
  if (said === undefined || around === 'user') return said ?? around
  const isForeign = said === 'tool' || said === 'document'
  return isForeign && around !== 'system' && around !== 'definition' ? said : around
}

function* walkContent(walk: Walk, content: Exclude<Content, 'word'>, value: JsonValue, name: string): Steps<JsonValue> {
  switch (content) {
    case 'wire':
      return yield* walkWire(walk, value)
    case 'json':
    case 'data':
      return yield* walkData(walk, value, name)
    case 'schema':
      return yield* walkSchema(walk, value)
    case 'media':
      return yield* walkMedia(walk, value)
  }
}

function* walkWire(walk: Walk, value: JsonValue): Steps<JsonValue> {
  if (typeof value === 'string') return yield* walkTextInSteps(walk, value)
  if (isObject(value)) return yield* walkObject(walk, value)
  if (!isList(value)) return value
  return yield* mapList(value, (entry, index) => walkEntry(walk, entry, index))
}

function* walkEntry(walk: Walk, entry: JsonValue, index: number): Steps<JsonValue> {
  walk.steps.push(index)
  const made = yield* walkWire(walk, entry)
  if (walk.read > READ_TOGETHER) yield unitsRead(walk)
  walk.steps.pop()
  return made
}

/** Paths end where data begins: names of its members are content. */
function* walkData(walk: Walk, value: JsonValue, label: string): Steps<JsonValue> {
  walk.read += READ_PER_VALUE
  if (walk.read > READ_TOGETHER) yield unitsRead(walk)
  switch (typeof value) {
    case 'string':
      return yield* walkTextInSteps(walk, value, label)
    case 'number':
      return walkNumber(walk, value, label)
    case 'boolean':
      return value
  }
  if (isList(value)) return yield* mapList(value, (entry) => walkData(walk, entry, label))
  if (!isObject(value)) return value
  return yield* mapNamed(
    value,
    (name) => walkName(walk, name),
    (member, name) => walkData(walk, member, name),
  )
}
