/** Where the demo providers listen, as base URLs without a path. */
export interface DemoUrls {
  readonly openai: string
  readonly anthropic: string
}

/** Which vendors have a key in the environment. */
export type Vendor = 'openai' | 'anthropic'

const VARIABLES = { openai: 'OPENAI_API_KEY', anthropic: 'ANTHROPIC_API_KEY' } as const
const GPT = 'gpt-4o-mini'
const CLAUDE = 'claude-sonnet-4-5'
// The vendor itself retires the demo's model on 30 November 2026.
const CURRENT_CLAUDE = 'claude-sonnet-5'

/** The vendors whose keys are set. */
export function vendorsFrom(env: Readonly<Record<string, string | undefined>>): readonly Vendor[] {
  const vendors: readonly Vendor[] = ['openai', 'anthropic']
  return vendors.filter((vendor) => (env[VARIABLES[vendor]] ?? '') !== '')
}

/**
 * The configuration, as YAML text, that `npm start` runs with when there are keys and no file: each vendor's model, and
 * `smart`, which falls back from one vendor to the other. Keys stay in the environment.
 */
export function vendorConfig(vendors: readonly Vendor[]): string {
  const names = { openai: GPT, anthropic: CURRENT_CLAUDE }
  const target = (vendor: Vendor) => `{ provider: ${vendor}, model: ${names[vendor]} }`
  const smart = ['  smart:', '    targets:', `      - ${target('anthropic')}`, `      - ${target('openai')}`]
  return [
    'version: 1',
    'providers:',
    ...vendors.map((vendor) => `  ${vendor}: { kind: ${vendor}, apiKey: "\${${VARIABLES[vendor]}}" }`),
    'models:',
    ...vendors.map((vendor) => `  ${names[vendor]}: { targets: [ ${target(vendor)} ] }`),
    ...(vendors.length > 1 ? smart : []),
    '',
  ].join('\n')
}

/** The same for the demo providers; `smart` begins with a target that refuses connections, to show the fallback. */
export function demoConfig({ openai, anthropic }: DemoUrls): string {
  return `version: 1
providers:
  openai: { kind: openai, apiKey: demo-key, baseUrl: "${openai}/v1" }
  anthropic: { kind: anthropic, apiKey: demo-key, baseUrl: "${anthropic}" }
  dead: { kind: openai, apiKey: demo-key, baseUrl: "http://127.0.0.1:1/v1" } # nothing listens on port 1
models:
  ${GPT}: { targets: [ { provider: openai, model: ${GPT} } ] }
  ${CLAUDE}: { targets: [ { provider: anthropic, model: ${CLAUDE} } ] }
  smart:
    targets:
      - { provider: dead, model: ${GPT} }
      - { provider: anthropic, model: ${CLAUDE} }
      - { provider: openai, model: ${GPT} }
pii: { mode: restore, per: { credit_card: mask } }
`
}
