import type { EncodingName } from './encoding.js'
import type { TokenizerName } from './tokenizer.js'

/** Tokens that a model reads beside the texts that were sent. */
export interface PromptFrame {
  /** Once a request: priming, and hidden system prompts. */
  readonly base: number
  readonly message: number
  /** For each tool call in the history. */
  readonly call: number
  /** Once, when there are tools; `forced` where the tool choice is not left to the model. */
  readonly tools: number
  readonly forced: number
  /** For each tool after the first. */
  readonly tool: number
  /** Once, when thinking is on. */
  readonly thinking: number
  /** Once, when the answer must follow a JSON schema. */
  readonly schema: number
}

/** A tokenizer family: how far a public vocabulary and a few constants come to what its models report. */
export interface Family {
  readonly encoding: EncodingName
  /** The model's tokens per thousand tokens of `encoding`: 1000 where `encoding` is the model's own. */
  readonly factor: number
  /** Whether text is counted with the model's own vocabulary. */
  readonly exact: boolean
  /** What an upper bound adds to a prompt of text, in thousandths: recordings of most models stay within it. */
  readonly error: number
  /** The same for prompts with tools, tool calls or a schema, whose form is published by no one. */
  readonly toolsError: number
  /** How tool definitions are written for counting: OpenAI's TypeScript notation, or JSON. */
  readonly toolForm: 'typescript' | 'json'
  readonly frame: PromptFrame
}

/** OpenAI documents 3 tokens and the role for each message, and 3 to prime the answer; the rest is measured. */
const OPENAI: PromptFrame = { base: 3, message: 4, call: 12, tools: 8, forced: 10, tool: 0, thinking: 0, schema: 0 }
const JSON_TOOLS = { exact: false, toolForm: 'json' } as const

// Measured with `bench/calibrate-tokens.ts`; `docs/token-counting.md` has the numbers of prompts behind each row.
/** The families by the name that the configuration uses. */
export const FAMILIES: Readonly<Record<TokenizerName, Family>> = {
  o200k_base: {
    encoding: 'o200k_base',
    factor: 1000,
    exact: true,
    error: 0,
    toolsError: 250,
    toolForm: 'typescript',
    frame: OPENAI,
  },
  cl100k_base: {
    encoding: 'cl100k_base',
    factor: 1000,
    exact: true,
    error: 0,
    toolsError: 250,
    toolForm: 'typescript',
    frame: { ...OPENAI, call: 8, tools: 9, forced: 16 },
  },
  // The model's own vocabulary, inside a system prompt that the harmony format adds.
  'gpt-oss': {
    encoding: 'o200k_base',
    factor: 1000,
    exact: false,
    error: 50,
    toolsError: 300,
    toolForm: 'typescript',
    frame: { ...OPENAI, base: 66, tools: 24, forced: 20 },
  },
  claude: {
    ...JSON_TOOLS,
    encoding: 'o200k_base',
    factor: 1080,
    error: 150,
    toolsError: 600,
    frame: { base: 4, message: 3, call: 60, tools: 325, forced: 325, tool: 18, thinking: 28, schema: 110 },
  },
  'claude-4.7': {
    ...JSON_TOOLS,
    encoding: 'o200k_base',
    factor: 1250,
    error: 250,
    toolsError: 400,
    frame: { base: 4, message: 4, call: 70, tools: 325, forced: 325, tool: 18, thinking: 28, schema: 110 },
  },
  gemini: {
    ...JSON_TOOLS,
    encoding: 'o200k_base',
    factor: 1000,
    error: 160,
    toolsError: 600,
    frame: { base: 1, message: 0, call: 20, tools: 20, forced: 20, tool: 0, thinking: 0, schema: 0 },
  },
  llama3: {
    ...JSON_TOOLS,
    encoding: 'cl100k_base',
    factor: 1000,
    error: 300,
    toolsError: 600,
    frame: { base: 28, message: 4, call: 14, tools: 170, forced: 170, tool: 20, thinking: 0, schema: 0 },
  },
  mistral: {
    ...JSON_TOOLS,
    encoding: 'o200k_base',
    factor: 1080,
    error: 100,
    toolsError: 200,
    frame: { base: 2, message: 1, call: 8, tools: 19, forced: 23, tool: 18, thinking: 11, schema: 0 },
  },
  qwen: {
    ...JSON_TOOLS,
    encoding: 'cl100k_base',
    factor: 1050,
    error: 200,
    toolsError: 700,
    frame: { base: 3, message: 5, call: 15, tools: 128, forced: 128, tool: 6, thinking: 0, schema: 0 },
  },
  deepseek: {
    ...JSON_TOOLS,
    encoding: 'o200k_base',
    factor: 1000,
    error: 150,
    toolsError: 200,
    frame: { base: 3, message: 2, call: 25, tools: 235, forced: 235, tool: 0, thinking: 0, schema: 0 },
  },
  grok: {
    ...JSON_TOOLS,
    encoding: 'o200k_base',
    factor: 1050,
    error: 250,
    toolsError: 500,
    frame: { base: 3, message: 4, call: 16, tools: 190, forced: 190, tool: 10, thinking: 0, schema: 0 },
  },
  command: {
    ...JSON_TOOLS,
    encoding: 'o200k_base',
    factor: 1030,
    error: 650,
    toolsError: 600,
    frame: { base: 62, message: 5, call: 60, tools: 800, forced: 800, tool: 0, thinking: 0, schema: 0 },
  },
  unknown: {
    ...JSON_TOOLS,
    encoding: 'o200k_base',
    factor: 1100,
    error: 250,
    toolsError: 500,
    frame: { base: 3, message: 4, call: 12, tools: 115, forced: 100, tool: 6, thinking: 0, schema: 0 },
  },
}

/** Models whose frame differs from their family's. The first match holds. */
const FRAMES: readonly (readonly [TokenizerName, RegExp, Partial<PromptFrame>])[] = [
  ['o200k_base', /(^|[/.:])(o[1-9](?!\d)|gpt-5)/, { base: 2, tools: 88, forced: 87 }],
  ['claude', /-4[-.][56](?!\d)/, { tools: 517, forced: 340 }],
  ['command', /command-a|r7b/, { base: 490 }],
  ['grok', /grok-(4|code)/, { base: 165 }],
  ['llama3', /llama-?4/, { base: 6, tools: 650 }],
]

/** The frame of one model, its name in lower case. */
export function frameOf(model: string, name: TokenizerName): PromptFrame {
  const special = FRAMES.find(([family, pattern]) => family === name && pattern.test(model))?.[2]
  return { ...FAMILIES[name].frame, ...special }
}
