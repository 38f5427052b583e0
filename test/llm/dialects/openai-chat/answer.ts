import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../../cli/project-root.js'
import { type ChatEvent, mergeUsage, type Usage } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import type { Frame } from '../../../../core/provider.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'

/** The text of a fixture of this dialect. */
export function fixture(name: string): string {
  return readFileSync(join(projectRoot(), 'test/fixtures/openai-chat', name), 'utf8')
}

/** The events of a fixture whose every block has one `data:` line. */
export function framesOf(sse: string): readonly Frame[] {
  const blocks = sse.split('\n\n').filter((block) => block.startsWith('data: '))
  return blocks.map((block) => event(block.slice('data: '.length)))
}

/** An event with this data. */
export function event(data: string | JsonObject, name = ''): Frame {
  return { type: 'event', event: name, data: typeof data === 'string' ? data : JSON.stringify(data) }
}

/** A chunk of choice 0. */
export function chunk(delta: JsonObject, rest: JsonObject = {}, top: JsonObject = {}): Frame {
  const choices = [{ index: 0, delta, finish_reason: null, ...rest }]
  return event({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices, ...top })
}

/** All events of these frames, and of the ending. */
export function decode(frames: readonly Frame[], how: 'complete' | 'cut' = 'complete'): readonly ChatEvent[] {
  const transform = openaiChat.decodeEvents()
  const events = frames.flatMap((frame) => transform.push(frame))
  return [...events, ...transform.end(how)]
}

interface Answer {
  readonly choices: Readonly<Record<number, readonly string[]>>
  readonly usage: Usage
  readonly last: string
}

/**
 * What an answer says, per choice as lines like `text: hi` or `call_1 look({})`, ending with its finish. Throws where the
 * events break the order that `ChatEvent` promises.
 */
export function answerOf(events: readonly ChatEvent[]): Answer {
  const choices: Record<number, string[]> = {}
  const open = new Map<string, { label: string; text: string; readonly call: boolean }>()
  let usage: Usage = {}
  const close = (key: string, choice: number) => {
    const block = open.get(key)
    if (block === undefined) throw new Error(`${key} ends without a start`)
    open.delete(key)
    choices[choice]?.push(block.label.replace('…', () => block.text))
  }
  for (const [position, step] of events.entries()) {
    if (step.type === 'usage') usage = mergeUsage(usage, step.usage)
    if (!('choice' in step)) continue
    choices[step.choice] ??= []
    if (step.type === 'finish') {
      choices[step.choice]?.push(`finish: ${step.reason}`)
      continue
    }
    const key = `${step.choice}/${step.block}`
    if (step.type === 'block-start') {
      const others = [...open].filter(([other]) => other.startsWith(`${step.choice}/`))
      if (others.some(([, { call }]) => !call || step.start.kind !== 'tool-call')) throw new Error(`${key} interleaves`)
      open.set(key, { label: labelOf(step.start), text: '', call: step.start.kind === 'tool-call' })
      continue
    }
    if (step.type === 'block-end') {
      close(key, step.choice)
      continue
    }
    const block = open.get(key)
    if (block === undefined) throw new Error(`event ${position} is for the closed block ${key}`)
    if (step.type === 'delta') block.text += step.text
    if (step.type === 'signature') block.label += ` signed ${step.signature}`
    if (step.type === 'annotation') block.label += ' annotated'
  }
  if (open.size > 0) throw new Error('blocks stay open')
  return { choices, usage, last: events.at(-1)?.type ?? 'nothing' }
}

function labelOf(start: Extract<ChatEvent, { type: 'block-start' }>['start']): string {
  switch (start.kind) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return `${start.kind}: …`
    case 'redacted-reasoning':
      return `redacted: ${start.data}`
    case 'tool-call':
      return `${start.id} ${start.name}${start.call === 'custom' ? ' custom' : ''}(…)`
    case 'opaque':
      return `opaque: ${JSON.stringify(start.value)}`
  }
}
