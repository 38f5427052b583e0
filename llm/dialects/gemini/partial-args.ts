import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { member } from './members.js'

type Node =
  | { readonly kind: 'object'; readonly members: Map<string, Node> }
  | List
  | { kind: 'value'; value: JsonValue }
interface List {
  readonly kind: 'list'
  readonly items: Node[]
}

/** The deepest path that arguments may have, and the most of them in characters. */
const MAX_DEPTH = 64
const MAX_LENGTH = 16 * 1024 * 1024

/** Arguments of one function call, as its `partialArgs` bring them. */
export interface PartialArgs {
  /** Throws `upstream_error` when `entry` is no partial argument. */
  add(entry: JsonValue): void
  /** All of them as JSON. */
  json(): string
}

/**
 * Puts arguments together from values at JSON paths (RFC 9535: `$.items[0].name`); the text of one path comes in pieces.
 * Members may come in any order, so that nothing can be written before the last; lists grow at their end.
 */
export function partialArgs(): PartialArgs {
  const root: Node = { kind: 'object', members: new Map() }
  let length = 0
  return {
    add: (entry) => {
      if (!isObject(entry)) throw broken()
      length += JSON.stringify(entry).length
      if (length > MAX_LENGTH) throw broken()
      const path = pathOf(member(entry, 'jsonPath'))
      const last = path.at(-1)
      if (last === undefined) throw broken()
      let node: Node = root
      for (const [depth, step] of path.slice(0, -1).entries()) {
        node = childOf(node, step) ?? placed(node, step, containerFor(path[depth + 1]))
      }
      const before = childOf(node, last)
      const value = valueIn(entry)
      if (before?.kind === 'value' && typeof before.value === 'string' && typeof value === 'string')
        before.value += value
      else if (before === undefined || before.kind === 'value') placed(node, last, { kind: 'value', value })
      else throw broken()
    },
    json: () => JSON.stringify(jsonOf(root)),
  }
}

type Step = string | number

const containerFor = (next: Step | undefined): Node =>
  typeof next === 'number' ? { kind: 'list', items: [] } : { kind: 'object', members: new Map() }

function childOf(node: Node, step: Step): Node | undefined {
  if (node.kind === 'object' && typeof step === 'string') return node.members.get(step)
  if (node.kind === 'list' && typeof step === 'number') return node.items[step]
  throw broken()
}

function placed(node: Node, step: Step, child: Node): Node {
  if (node.kind === 'object' && typeof step === 'string') node.members.set(step, child)
  else if (node.kind === 'list' && typeof step === 'number' && step <= node.items.length) node.items[step] = child
  else throw broken()
  return child
}

function valueIn(entry: JsonObject): JsonValue {
  for (const name of ['stringValue', 'numberValue', 'boolValue']) {
    const value = member(entry, name)
    if (value !== undefined) return value
  }
  return null
}

/** `$.a.b[0]['c d']`. */
function pathOf(path: JsonValue | undefined): readonly Step[] {
  if (typeof path !== 'string' || !path.startsWith('$') || path.length > 4096) throw broken()
  const steps: Step[] = []
  const step = /\.([^.[\]]+)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y
  step.lastIndex = 1
  while (step.lastIndex < path.length) {
    const match = step.exec(path)
    if (match === null || steps.length >= MAX_DEPTH) throw broken()
    const [, name, place, single, double] = match
    steps.push(place === undefined ? (name ?? (single ?? double ?? '').replace(/\\(.)/g, '$1')) : Number(place))
  }
  return steps
}

function jsonOf(node: Node): JsonValue {
  if (node.kind === 'value') return node.value
  if (node.kind === 'list') return node.items.map(jsonOf)
  return Object.fromEntries([...node.members].map(([name, child]) => [name, jsonOf(child)]))
}

const broken = () => new GatewayError('upstream_error', 'the provider sent arguments that cannot be put together')
