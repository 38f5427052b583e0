import type { ChatEvent, ChatRequest, Message, Tool, ToolChoice } from '../../../core/chat.js'
import type { Transform } from '../../../core/transform.js'

/** A request whose tools have names that the API takes. */
interface Renamed {
  readonly request: ChatRequest
  /** Gives the tools of the answer the client's names back, after another step where there is one. */
  restore(first?: Transform<ChatEvent, ChatEvent>): Transform<ChatEvent, ChatEvent>
}

/** https://docs.cohere.com/reference/errors */
const SAYABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Undefined where all names are taken as they are: letters, digits and underscores, with no digit first. */
export function renameTools(request: ChatRequest): Renamed | undefined {
  const asked = new Set([...request.tools.flatMap(nameOf), ...request.messages.flatMap(namesIn)])
  if ([...asked].every((name) => SAYABLE.test(name))) return undefined
  const sent = new Map<string, string>()
  const taken = new Set([...asked].filter((name) => SAYABLE.test(name)))
  for (const name of asked) {
    if (SAYABLE.test(name)) continue
    let word = sayableName(name)
    while (taken.has(word)) word = `${word}_`
    taken.add(word)
    sent.set(name, word)
  }
  const rename = (name: string) => sent.get(name) ?? name
  const { toolChoice } = request
  return {
    request: {
      ...request,
      tools: request.tools.map((tool) => (tool.kind === 'opaque' ? tool : { ...tool, name: rename(tool.name) })),
      messages: request.messages.map((message) => renamedIn(message, rename)),
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

const nameOf = (tool: Tool): readonly string[] => (tool.kind === 'opaque' ? [] : [tool.name])

function namesIn(message: Message): readonly string[] {
  return message.role === 'assistant'
    ? message.content.flatMap((part) => (part.type === 'tool-call' ? [part.name] : []))
    : []
}

function renamedIn(message: Message, rename: (name: string) => string): Message {
  if (message.role !== 'assistant') return message
  return {
    ...message,
    content: message.content.map((part) => (part.type === 'tool-call' ? { ...part, name: rename(part.name) } : part)),
  }
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
