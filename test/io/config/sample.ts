import assert from 'node:assert/strict'
import { type Config, type ConfigSource, formatProblem, type ParsedConfig, parseConfig } from '../../../io/config.js'
import { CONTENT_VOCABULARY } from '../../../policies/guardrails/content/vocabulary.js'
import { PII_VOCABULARY } from '../../../policies/pii/vocabulary.js'

/** The smallest file that is valid, by section, so that a test can replace or add one. */
const SECTIONS: Readonly<Record<string, string>> = {
  version: 'version: 1',
  providers: 'providers: { openai: { kind: openai } }',
  models: 'models: { gpt-4: { targets: [ { provider: openai, model: gpt-4o } ] } }',
}

export const MINIMAL = Object.values(SECTIONS).join('\n')

/**
 * Two kinds with an endpoint of their own; one without; one with every option, of which it needs one for its endpoint; and those
 * whose vendors have accounts to sign with.
 */
const KINDS: ConfigSource['kinds'] = [
  { kind: 'openai', defaultBaseUrl: 'https://api.openai.com/v1' },
  { kind: 'anthropic', defaultBaseUrl: 'https://api.anthropic.com' },
  { kind: 'compatible' },
  {
    kind: 'cloud',
    baseUrlFor: ({ region = '' }) => {
      if (region === 'nowhere') throw new Error('there is no such region')
      return `https://${region}.test`
    },
    options: { allowed: ['apiVersion', 'region', 'project', 'location'], required: ['region'] },
  },
  { kind: 'vertex', defaultBaseUrl: 'https://vertex.test' },
  { kind: 'bedrock', defaultBaseUrl: 'https://bedrock.test' },
  { kind: 'azure', defaultBaseUrl: 'https://azure.test' },
]

/** The smallest valid file with these sections in place of its own, or after them. */
export function withSections(sections: Readonly<Record<string, string>>): string {
  return Object.values({ ...SECTIONS, ...sections }).join('\n')
}

export function fakeSource(files: Readonly<Record<string, string>> = {}, env: ConfigSource['env'] = {}): ConfigSource {
  return {
    path: '/etc/tollgate/config.yaml',
    env,
    readFile: (path) => {
      const text = files[path]
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
      return text
    },
    kinds: KINDS,
    tokenizers: ['o200k_base', 'llama3'],
    pii: PII_VOCABULARY,
    content: CONTENT_VOCABULARY,
  }
}

export function parse(text: string, source = fakeSource()): ParsedConfig {
  return parseConfig(text, source)
}

/** The configuration of a valid text; fails with the problems of an invalid one. */
export function configOf(text: string, source = fakeSource()): Config {
  const parsed = parse(text, source)
  assert.deepEqual(parsed.ok ? [] : parsed.problems, [])
  assert.ok(parsed.ok)
  return parsed.config
}

/** The printed problems of an invalid text, without the file's name: `2:5 path: message`. */
export function problemsOf(text: string, source = fakeSource()): readonly string[] {
  const parsed = parse(text, source)
  assert.ok(!parsed.ok, 'expected problems')
  return parsed.problems.map((problem) => formatProblem('', problem).slice(1))
}

/** The printed warnings of a valid text. */
export function warningsOf(text: string, source = fakeSource()): readonly string[] {
  const parsed = parse(text, source)
  assert.ok(parsed.ok)
  return parsed.warnings.map((problem) => formatProblem('', problem).slice(1))
}
