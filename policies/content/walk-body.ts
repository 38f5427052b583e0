import type { Content, Source } from '../../core/content.js'
import { isList, isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import { mapList, mapMembers, mapNamed } from './sharing.js'
import type { Walk } from './walk.js'
import { walkSchema } from './walk-schema.js'
import { walkMedia, walkName, walkNumber, walkText } from './walk-text.js'

/** Walks the object of a dialect member by member; the same object where nothing changed. */
export function walkObject(walk: Walk, owner: JsonObject): JsonObject {
  return mapMembers(owner, (value, name) => {
    const content = walk.contentOf(owner, name, walk.steps)
    if (content === 'word') return value
    const around = walk.source
    walk.source = within(around, walk.sourceOf?.(owner, name, walk.steps))
    walk.steps.push(name)
    const made = walkContent(walk, content, value, name)
    walk.steps.pop()
    walk.source = around
    return made
  })
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

function walkContent(walk: Walk, content: Exclude<Content, 'word'>, value: JsonValue, name: string): JsonValue {
  switch (content) {
    case 'wire':
      return walkWire(walk, value)
    case 'json':
    case 'data':
      return walkData(walk, value, name)
    case 'schema':
      return walkSchema(walk, value)
    case 'media':
      return walkMedia(walk, value)
  }
}

function walkWire(walk: Walk, value: JsonValue): JsonValue {
  if (typeof value === 'string') return walkText(walk, value)
  if (isObject(value)) return walkObject(walk, value)
  if (!isList(value)) return value
  return mapList(value, (entry, index) => {
    walk.steps.push(index)
    const made = walkWire(walk, entry)
    walk.steps.pop()
    return made
  })
}

/** Paths end where data begins: names of its members are content. */
function walkData(walk: Walk, value: JsonValue, label: string): JsonValue {
  switch (typeof value) {
    case 'string':
      return walkText(walk, value, label)
    case 'number':
      return walkNumber(walk, value, label)
    case 'boolean':
      return value
  }
  if (isList(value)) return mapList(value, (entry) => walkData(walk, entry, label))
  if (!isObject(value)) return value
  return mapNamed(
    value,
    (name) => walkName(walk, name),
    (member, name) => walkData(walk, member, name),
  )
}
