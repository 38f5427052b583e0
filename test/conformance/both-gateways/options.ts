import type { WorldOptions } from '../world.js'

/** USD per million tokens. */
const PRICES = {
  'gpt-4o': { input: 1000, output: 3000 },
  small: { input: 0.5, output: 0.5 },
  x: { input: 0.5, output: 0.5 },
}

/** What both gateways run; `closed` is a base URL where nobody listens. */
export function bothOptions(closed: string): WorldOptions {
  const openai = ['a', 'b', 'busy1', 'busy2', 'slow']
  return {
    accounts: {
      ...Object.fromEntries(openai.map((name) => [name, 'openai' as const])),
      claude: 'anthropic',
      dead: { kind: 'openai', baseUrl: closed },
    },
    models: {
      plain: ['a/gpt-4o'],
      claude: ['claude/claude-sonnet-4-5'],
      chain: ['a/gpt-4o', 'b/gpt-4o'],
      mixed: ['a/gpt-4o', 'claude/claude-sonnet-4-5'],
      unreachable: ['dead/x', 'b/gpt-4o'],
      dead: ['dead/x'],
      busy: ['busy1/gpt-4o', 'busy2/gpt-4o'],
      slow: ['slow/gpt-4o'],
      costly: ['a/gpt-4o'],
      cheap: ['b/small'],
      capped: ['a/gpt-4o'],
      short: ['a/gpt-4o'],
      counted: ['b/small'],
    },
    settings: {
      // Envoy's buffers have this size, and version 1.40 does not survive an answer that runs ahead of its client by more.
      maxBody: '1MiB',
      identity: { headers: { user: 'x-user-id', team: 'x-team-id' }, tags: { headers: { env: 'x-env' } } },
      prices: PRICES,
      catalog: {
        'gpt-4o': { contextWindow: 100_000, maxOutput: 8000 },
        small: { contextWindow: 5000, maxOutput: 2000 },
        x: { contextWindow: 100_000, maxOutput: 8000 },
      },
      budgets: [
        {
          name: 'costly',
          match: { model: 'costly' },
          each: 'user',
          limit: { usd: 8, per: 'year' },
          onExhausted: { use: 'cheap' },
        },
        { name: 'capped', match: { model: 'capped' }, each: 'team', limit: { usd: 4, per: 'year' } },
        { name: 'short', match: { model: 'short' }, each: 'user', limit: { usd: 4, per: 'year' }, clampOutput: true },
        { name: 'all', limit: { usd: 100_000, per: 'year' } },
      ],
      limits: [{ name: 'three', match: { model: 'counted' }, each: 'user', requests: 3, tokens: 50_000, per: 'day' }],
      timeouts: { connect: '2s', firstToken: '1s', response: '1s', idle: '1s' },
      store: { kind: 'memory' },
    },
  }
}
