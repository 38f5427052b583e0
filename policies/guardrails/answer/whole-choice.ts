import type { JsonObject } from '../../../core/json.js'
import { then } from '../../../core/transform.js'
import type { Edit, Edits } from '../edits.js'
import type { AnswerText } from '../guard.js'
import type { ChoiceEvent } from './guarded-choice.js'
import { inOrder } from './in-order.js'
import type { Panel } from './panel.js'
import { argumentParts, type Parts, textParts, valueParts } from './parts.js'
import { editsIn } from './rule-text.js'

/** A choice for guards that want all of it at once. */
export interface WholeChoice {
  add(event: ChoiceEvent): void
  isEmpty(): boolean
  /** Asks them about all that came: the events of the choice as they want it, or that it is blocked. */
  judge(): readonly ChoiceEvent[] | 'blocked' | Promise<readonly ChoiceEvent[] | 'blocked'>
}

/** Something with texts in it: all deltas of a block, or one event with a value of its dialect's own. */
interface Unit {
  readonly kind: AnswerText['kind']
  readonly parts: Parts<unknown>
  readonly of: { readonly block: number } | { readonly event: ChoiceEvent }
}

/** Undefined where no guard wants to see a choice as a whole. */
export function createWholeChoice(choice: number, panel: Panel): WholeChoice | undefined {
  const members = panel.members.filter(({ window }) => window === 'whole')
  if (members.length === 0) return undefined
  const events: ChoiceEvent[] = []

  const ask = (units: readonly Unit[]): readonly Edits[] | 'blocked' | Promise<readonly Edits[] | 'blocked'> => {
    const texts = units.flatMap(({ kind, parts }) =>
      parts.texts.map((text): AnswerText => ({ kind, choice, text, from: 0, ended: true })),
    )
    const said = texts.map(({ text }) => text)
    const edits: Edit[][] = texts.map(() => [])
    let blocked = false
    const asked = inOrder(members, (member) => {
      if (blocked) return undefined
      return then(panel.ask(member, texts), (ruling) => {
        blocked = ruling.kind === 'block'
        for (const [at, own = []] of editsIn(member, ruling, said).entries())
          for (const edit of own) edits[at]?.push(edit)
      })
    })
    return then(asked, () => (blocked ? 'blocked' : edits))
  }

  return {
    add: (event) => void events.push(event),
    isEmpty: () => events.length === 0,
    judge() {
      const units = unitsOf(events)
      return then(ask(units), (edits) => (edits === 'blocked' ? edits : written(events, units, edits)))
    },
  }
}

/** The events with what the edits make of them, in their order; the deltas of a changed block as one, where its first one was. */
function written(
  events: readonly ChoiceEvent[],
  units: readonly Unit[],
  edits: readonly Edits[],
): readonly ChoiceEvent[] {
  const blocks = new Map<number, string>()
  const values = new Map<ChoiceEvent, JsonObject>()
  let at = 0
  for (const { parts, of } of units) {
    const own = edits.slice(at, at + parts.texts.length)
    at += own.length
    const made = parts.written(own)
    if (made === undefined) continue
    if ('event' in of) values.set(of.event, made as JsonObject)
    else blocks.set(of.block, String(made))
  }
  return blocks.size === 0 && values.size === 0 ? events : rewritten(events, blocks, values)
}

function rewritten(
  events: readonly ChoiceEvent[],
  blocks: ReadonlyMap<number, string>,
  values: ReadonlyMap<ChoiceEvent, JsonObject>,
): readonly ChoiceEvent[] {
  const done = new Set<number>()
  return events.flatMap((event): readonly ChoiceEvent[] => {
    if (event.type === 'delta') {
      const text = blocks.get(event.block)
      if (text === undefined) return [event]
      if (done.has(event.block)) return []
      done.add(event.block)
      return [{ type: 'delta', choice: event.choice, block: event.block, text }]
    }
    const value = values.get(event)
    if (value === undefined) return [event]
    if (event.type === 'annotation') return [{ ...event, value }]
    if (event.type !== 'block-start' || event.start.kind !== 'opaque') return [event]
    return [{ ...event, start: { ...event.start, value } }]
  })
}

interface Said {
  readonly kind: AnswerText['kind']
  readonly isJson: boolean
  readonly pieces: string[]
}

function unitsOf(events: readonly ChoiceEvent[]): readonly Unit[] {
  const units: Unit[] = []
  const blocks = new Map<number, Said>()
  for (const event of events) {
    if (event.type === 'annotation') units.push({ kind: 'other', parts: valueParts(event.value), of: { event } })
    if (event.type === 'block-start') {
      const { start } = event
      if (start.kind === 'opaque') units.push({ kind: 'other', parts: valueParts(start.value), of: { event } })
      blocks.set(event.block, { ...readAs(start), pieces: [] })
    }
    if (event.type !== 'delta') continue
    const said: Said = blocks.get(event.block) ?? { kind: 'text', isJson: false, pieces: [] }
    said.pieces.push(event.text)
    blocks.set(event.block, said)
  }
  for (const [block, said] of blocks) units.push(...blockUnits(block, said))
  return units
}

/** That there is a call is told also where it has no words. */
function blockUnits(block: number, { kind, isJson, pieces }: Said): readonly Unit[] {
  const text = pieces.join('')
  if (text === '' && kind !== 'tool-call') return []
  const parts = isJson ? argumentParts(text) : textParts(text)
  return [{ kind, parts: parts.texts.length === 0 ? textParts('') : parts, of: { block } }]
}

type Start = Extract<ChoiceEvent, { type: 'block-start' }>

function readAs({ kind, ...start }: Start['start']): Pick<Said, 'kind' | 'isJson'> {
  switch (kind) {
    case 'tool-call':
      return { kind, isJson: 'call' in start && start.call === 'function' }
    case 'opaque':
      return { kind: 'tool-call', isJson: true }
    case 'text':
    case 'refusal':
    case 'reasoning':
      return { kind, isJson: false }
    case 'redacted-reasoning':
      return { kind: 'reasoning', isJson: false }
  }
}
