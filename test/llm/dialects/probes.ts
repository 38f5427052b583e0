import type { ChatRequest, Message, Part, Tool } from '../../../core/chat.js'

/** One thing that a client can ask for, and what a request needs around it. */
export interface Probe {
  /** As OpenAI's clients write it; words where they have none. */
  readonly field: string
  readonly members: Partial<ChatRequest>
  /** What is there without it. */
  readonly base?: Partial<ChatRequest>
}

const text = (said: string): Part => ({ type: 'text', text: said })
const user = (...content: readonly Part[]): Message => ({ role: 'user', content })
const ask = user(text('Hello'))
const look: Tool = { kind: 'function', name: 'look', parameters: { type: 'object', properties: {} } }
const ask2: Tool = { ...look, name: 'ask' }
const ephemeral = { type: 'ephemeral' } as const
const png = { kind: 'data', mediaType: 'image/png', data: 'iVBORw0KGgo=' } as const
const pdf = { kind: 'data', mediaType: 'application/pdf', data: 'JVBERi0=' } as const
const url = (name: string) => ({ kind: 'url', url: `https://files.example/${name}` }) as const

const said = (...parts: readonly Part[]): Pick<Probe, 'members'> => ({
  members: { messages: [user(text('Hello'), ...parts)] },
})
const before = (message: Message, base?: Message): Pick<Probe, 'members' | 'base'> => ({
  members: { messages: [ask, message, ask] },
  base: { messages: [ask, ...(base ? [base] : []), ask] },
})
const spoken = (...content: Extract<Message, { role: 'assistant' }>['content']): Message => ({
  role: 'assistant',
  content,
})
const call = { type: 'tool-call', id: 'call_a', name: 'look', arguments: '{}', kind: 'function' } as const
const called = (result: Partial<Extract<Message, { role: 'tool' }>>): readonly Message[] => [
  ...[ask, spoken(call), { role: 'tool', callId: 'call_a', content: [text('done')], ...result } as Message, ask],
]
const resulting = (result: Partial<Extract<Message, { role: 'tool' }>>): Pick<Probe, 'members' | 'base'> => ({
  members: { messages: called(result), tools: [look] },
  base: { messages: called({}), tools: [look] },
})
const withTools = (members: Partial<ChatRequest>): Pick<Probe, 'members' | 'base'> => ({
  members: { tools: [look, ask2], ...members },
  base: { tools: [look, ask2] },
})
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}

/** Everything that a request of a client can hold, one by one. */
export const PROBES: readonly Probe[] = [
  { field: 'messages: system', ...before({ role: 'system', content: [text('Be brief.')] }) },
  { field: 'messages: developer', ...before({ role: 'developer', content: [text('Be brief.')] }) },
  { field: 'messages: name', members: { messages: [{ ...ask, name: 'ann' } as Message] }, base: { messages: [ask] } },
  { field: 'image: data', ...said({ type: 'image', source: png }) },
  { field: 'image: URL', ...said({ type: 'image', source: url('a.png') }) },
  {
    field: 'image: detail',
    ...said({ type: 'image', source: png, detail: 'low' }),
    base: said({ type: 'image', source: png }).members,
  },
  { field: 'file: data (PDF)', ...said({ type: 'file', source: pdf, name: 'a.pdf' }) },
  { field: 'file: URL', ...said({ type: 'file', source: url('a.pdf'), name: 'a.pdf' }) },
  { field: "file: another provider's id", ...said({ type: 'file', source: { kind: 'file-id', id: 'abc' } }) },
  { field: 'audio', ...said({ type: 'audio', format: 'wav', data: 'UklGRg==' }) },
  {
    field: 'cache_control on text',
    members: { messages: [user({ type: 'text', text: 'Hello', cacheControl: ephemeral })] },
    base: { messages: [ask] },
  },
  { field: 'assistant: text', ...before(spoken({ type: 'text', text: 'Hi.' })) },
  { field: 'assistant: refusal', ...before(spoken({ type: 'refusal', text: 'No.' })) },
  {
    field: 'assistant: reasoning without a signature',
    ...before(spoken({ type: 'reasoning', text: 'Hm.' }, text('Hi.')), spoken(text('Hi.'))),
  },
  {
    field: "assistant: Claude's signed thinking",
    ...before(spoken({ type: 'reasoning', text: 'Hm.', signature: 'c2ln' }, text('Hi.')), spoken(text('Hi.'))),
  },
  {
    field: "assistant: Gemini's thought signature",
    ...before(spoken({ type: 'reasoning', text: '', signature: 'gemini:c2ln' }, text('Hi.')), spoken(text('Hi.'))),
  },
  {
    field: 'assistant: image',
    ...before(spoken(text('Here.'), { type: 'image', source: png }), spoken(text('Here.'))),
  },
  {
    field: 'assistant: tool call and its result',
    members: { messages: called({}), tools: [look] },
    base: { messages: [ask, ask], tools: [look] },
  },
  { field: 'tool result: image', ...resulting({ content: [text('done'), { type: 'image', source: png }] }) },
  { field: 'tool result: failure', ...resulting({ failed: true }) },
  { field: "another API's own content", ...said({ type: 'opaque', dialect: 'another', value: { type: 'special' } }) },
  { field: 'tools: function', members: { tools: [look] } },
  { field: 'tools: function strict', members: { tools: [{ ...look, strict: true } as Tool] }, base: { tools: [look] } },
  {
    field: 'tools: cache_control',
    members: { tools: [{ ...look, cacheControl: ephemeral } as Tool] },
    base: { tools: [look] },
  },
  { field: 'tools: custom', members: { tools: [{ kind: 'custom', name: 'run' }] } },
  {
    field: "tools: another provider's (web search ...)",
    members: { tools: [{ kind: 'opaque', dialect: 'another', value: { type: 'search' } }] },
  },
  { field: 'tool_choice: required', ...withTools({ toolChoice: { mode: 'required' } }) },
  { field: 'tool_choice: none', ...withTools({ toolChoice: { mode: 'none' } }) },
  { field: 'tool_choice: named', ...withTools({ toolChoice: { mode: 'named', name: 'look', kind: 'function' } }) },
  {
    field: 'tool_choice: allowed_tools',
    ...withTools({ toolChoice: { mode: 'allowed', require: 'auto', names: ['look'] } }),
  },
  { field: 'parallel_tool_calls: false', ...withTools({ parallelToolCalls: false }) },
  { field: 'response_format: json_object', members: { responseFormat: { type: 'json' } } },
  {
    field: 'response_format: json_schema',
    members: { responseFormat: { type: 'json-schema', name: 'place', schema } },
  },
  {
    field: 'response_format: json_schema beside tools',
    ...withTools({ responseFormat: { type: 'json-schema', name: 'place', schema } }),
  },
  { field: 'max_completion_tokens', members: { maxOutputTokens: 321 } },
  { field: 'temperature', members: { temperature: 0.7 } },
  { field: 'temperature above 1', members: { temperature: 1.5 } },
  { field: 'top_p', members: { topP: 0.9 } },
  { field: 'top_k', members: { topK: 40 } },
  { field: 'seed', members: { seed: 7 } },
  { field: 'frequency_penalty', members: { frequencyPenalty: 0.5 } },
  { field: 'presence_penalty', members: { presencePenalty: 0.5 } },
  { field: 'logit_bias', members: { logitBias: { 50256: -100 } } },
  { field: 'logprobs', members: { logprobs: { top: 3 } } },
  { field: 'stop', members: { stop: ['END'] } },
  { field: 'stop: more than 5', members: { stop: ['a', 'b', 'c', 'd', 'e', 'f'] } },
  { field: 'n', members: { n: 2 } },
  { field: 'reasoning_effort', members: { reasoning: { effort: 'high' } } },
  { field: 'thinking: budget_tokens', members: { reasoning: { mode: 'on', budgetTokens: 2000 } } },
  { field: 'thinking: disabled', members: { reasoning: { mode: 'off' } } },
  { field: 'user', members: { user: 'user-1' } },
  { field: 'metadata', members: { metadata: { team: 'a' } } },
  { field: 'service_tier: priority', members: { serviceTier: 'priority' } },
  { field: 'stream', members: { stream: true } },
]
