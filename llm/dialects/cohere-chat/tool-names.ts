import type { ChatEvent, ChatRequest, Message, Tool, ToolChoice } from '../../../core/chat.js'
import type { Transform } from '../../../core/transform.js'
import { ITEMS_TOGETHER, mapInSteps, type Steps } from '../../../core/turns.js'

/** A request whose tools have names that the API takes. */
interface Renamed {
  readonly request: ChatRequest
  /** Gives the tools of the answer the client's names back, after another step where there is one. */
  restore(first?: Transform<ChatEvent, ChatEvent>): Transform<ChatEvent, ChatEvent>
}

/** https://docs.cohere.com/reference/errors */
const SAYABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

/** In steps; undefined where all names are taken as they are: letters, digits and underscores, with no digit first. */
export function* renameTools(request: ChatRequest): Steps<Renamed | undefined> {
  const { odd, taken } = yield* namesIn(request)
  if (odd.size === 0) return undefined
  const sent = new Map<string, string>()
  for (const name of odd) {
    yield NAMED
    let word = sayableName(name)
    while (taken.has(word)) word = `${word}_`
    taken.add(word)
    sent.set(name, word)
  }
  const rename = (name: string) => sent.get(name) ?? name
  const renamed = (tool: Tool) => (tool.kind === 'opaque' ? tool : { ...tool, name: rename(tool.name) })
  const { toolChoice } = request
  return {
    request: {
      ...request,
      tools: yield* mapInSteps(request.tools, NAMED, renamed),
      messages: yield* renamedMessages(request.messages, rename),
      ...(toolChoice && { toolChoice: renamedChoice(toolChoice, rename) }),
    },
    restore: (first) => restorer(new Map([...sent].map(([name, word]) => [word, name])), first),
  }
}

/** A name as the API takes it. */
export function sayableName(name: string): string {
  const word = name.replace(/[^A-Za-z0-9_]/g, '_')
  return /^\d|^$/.test(word) ? `_${word}` : word
}

/** Units that looking at a part takes, and naming something else. */
const LOOKED = 1
const NAMED = 4

/** The names that the API does not take, and those that it does, in the order in which they come. */
function* namesIn({ tools, messages }: ChatRequest): Steps<{ readonly odd: Set<string>; readonly taken: Set<string> }> {
  const odd = new Set<string>()
  const taken = new Set<string>()
  let worked = 0
  const add = (name: string) => {
    if (taken.has(name) || odd.has(name)) return
    worked += NAMED
    if (SAYABLE.test(name)) taken.add(name)
    else odd.add(name)
  }
  for (const tool of tools) if (tool.kind !== 'opaque') add(tool.name)
  for (const message of messages) {
    if (message.role !== 'assistant') continue
    for (const part of message.content) {
      worked += LOOKED
      if (worked >= ITEMS_TOGETHER) {
        yield worked
        worked = 0
      }
      if (part.type === 'tool-call') add(part.name)
    }
  }
  return { odd, taken }
}

function* renamedMessages(messages: readonly Message[], rename: (name: string) => string): Steps<readonly Message[]> {
  const renamed: Message[] = []
  for (const message of messages) {
    yield LOOKED
    if (message.role !== 'assistant') {
      renamed.push(message)
      continue
    }
    const content = yield* mapInSteps(message.content, NAMED, (part) =>
      part.type === 'tool-call' ? { ...part, name: rename(part.name) } : part,
    )
    renamed.push({ ...message, content })
  }
  return renamed
}

function renamedChoice(choice: ToolChoice, rename: (name: string) => string): ToolChoice {
  if (choice.mode === 'named') return { ...choice, name: rename(choice.name) }
  return choice.mode === 'allowed' ? { ...choice, names: choice.names.map(rename) } : choice
}

function restorer(
  asked: ReadonlyMap<string, string>,
  first: Transform<ChatEvent, ChatEvent> | undefined,
): Transform<ChatEvent, ChatEvent> {
  const back = (event: ChatEvent): ChatEvent => {
    if (event.type !== 'block-start' || event.start.kind !== 'tool-call') return event
    const name = asked.get(event.start.name)
    return name === undefined ? event : { ...event, start: { ...event.start, name } }
  }
  return {
    push: (event) => (first === undefined ? [back(event)] : first.push(event).map(back)),
    end: (how) => first?.end(how).map(back) ?? [],
  }
}
