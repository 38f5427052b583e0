import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, type Scalar, visit } from 'yaml'
import type { Expanded } from './expand.js'
import type { Fault, Path } from './problems.js'

/** The file's plain values. Maps are `Map`s: no key, `__proto__` included, can reach a prototype. */
export type Data = null | boolean | number | string | readonly Data[] | ReadonlyMap<string, Data>

/** The offsets of a value and of its key, and the places of what is inside. */
export interface Place {
  readonly at: number
  readonly keyAt?: number
  readonly inside: ReadonlyMap<string | number, Place>
}

/** A document's values, strings expanded, with a place for each, and what could not be read. */
export interface Tree {
  readonly data: Data
  readonly place: Place
  readonly faults: readonly Fault[]
  /** The paths whose value is not what was meant, and need no second complaint. */
  readonly unread: readonly Path[]
}

const MOST_ALIASED = 200_000
const NOTHING: ReadonlyMap<string | number, Place> = new Map()

/**
 * Turns a YAML document into plain values. Keys are text; one that is given twice, an alias inside its own anchor,
 * aliases that multiply to more than 200,000 values, and strings that `expand` refuses are faults.
 */
export function readTree(document: Document.Parsed, expand: (text: string) => Expanded): Tree {
  const targets = aliasTargets(document)
  const faults: Fault[] = []
  const unread: Path[] = []
  const open = new Set<Node>()
  let aliased = 0

  type Read = { readonly data: Data; readonly place: Place }
  const empty = (at: number, keyAt: number | undefined): Read => ({ data: null, place: { at, keyAt, inside: NOTHING } })

  const readScalar = ({ value }: Scalar, path: Path, at: number): Data => {
    if (typeof value === 'string') {
      const expanded = expand(value)
      if (expanded.ok) return expanded.text
      unread.push(path)
      for (const message of expanded.messages) faults.push({ path, at, message })
      return value
    }
    return typeof value === 'number' || typeof value === 'boolean' ? value : null
  }

  const readMap = (items: readonly { key: unknown; value: unknown }[], path: Path, depth: number) => {
    const data = new Map<string, Data>()
    const inside = new Map<string, Place>()
    for (const { key, value } of items) {
      const keyAt = startOf(key)
      const name = keyText(key)
      if (name === undefined || name.includes('${')) {
        const message =
          name === undefined
            ? 'has a key that is not text; put it in quotes'
            : 'has a ${ in a key; references are only read in values'
        faults.push({ path, at: keyAt, message })
        continue
      }
      if (data.has(name)) {
        faults.push({ path: [...path, name], at: keyAt, message: 'is given twice; a key may appear once in its map' })
        continue
      }
      const member = read(value, [...path, name], keyAt, depth)
      data.set(name, member.data)
      inside.set(name, member.place)
    }
    return { data, inside }
  }

  const readList = (items: readonly unknown[], path: Path, depth: number) => {
    const members = items.map((item, index) => read(item, [...path, index], undefined, depth))
    return {
      data: members.map((member) => member.data),
      inside: new Map(members.map(({ place }, index) => [index, place])),
    }
  }

  const readAlias = (alias: Alias, path: Path, keyAt: number | undefined, depth: number): Read => {
    const at = startOf(alias)
    const target = targets.get(alias)
    const refused = (message: string) => {
      unread.push(path)
      faults.push({ path, at, message })
      return empty(at, keyAt)
    }
    if (target === undefined) return refused('is an alias of no anchor; write &name further up')
    if (open.has(target)) return refused('is an alias inside its own anchor; an anchor may not hold itself')
    const { data, place } = read(target, path, keyAt, depth + 1)
    return { data, place: { ...place, at, keyAt } }
  }

  // `depth` counts the aliases passed on the way here; only what lies behind one can multiply.
  const read = (node: unknown, path: Path, keyAt: number | undefined, depth: number): Read => {
    if (depth > 0 && ++aliased > MOST_ALIASED) {
      const message = `has aliases that multiply to more than ${MOST_ALIASED} values`
      if (aliased === MOST_ALIASED + 1) faults.push({ path, at: startOf(node), message })
      return empty(startOf(node), keyAt)
    }
    if (isAlias(node)) return readAlias(node, path, keyAt, depth)
    if (isScalar(node)) {
      // An empty value has no text of its own to point at.
      const at = node.value === null && node.source === '' ? (keyAt ?? startOf(node)) : startOf(node)
      return { data: readScalar(node, path, at), place: { at, keyAt, inside: NOTHING } }
    }
    if (!isMap(node) && !isSeq(node)) return empty(keyAt ?? startOf(node), keyAt)
    open.add(node)
    const { data, inside } = isMap(node) ? readMap(node.items, path, depth) : readList(node.items, path, depth)
    open.delete(node)
    return { data, place: { at: startOf(node), keyAt, inside } }
  }

  const root = read(document.contents, [], undefined, 0)
  return { ...root, faults, unread }
}

/** Aliases mean the last anchor of their name above them in the file; found in one pass. */
function aliasTargets(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  visit(document, {
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node)
    },
    Alias: (_, alias) => {
      const target = anchors.get(alias.source)
      if (target !== undefined) targets.set(alias, target)
    },
  })
  return targets
}

/** A key's text as the file has it: `4:` is '4'. Maps, lists, aliases and nothing are no keys. */
function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined
  if (typeof key.value === 'string') return key.value
  return key.value === null ? undefined : key.source
}

function startOf(node: unknown): number {
  if (!isAlias(node) && !isScalar(node) && !isMap(node) && !isSeq(node)) return 0
  return node.range?.[0] ?? 0
}
