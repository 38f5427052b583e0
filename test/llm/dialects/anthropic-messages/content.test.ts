import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anthropicCountTokens } from '../../../../llm/dialects/anthropic-count-tokens.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { surfacesOf } from '../../../../policies/content/surfaces.js'
import { assertContent, inBase64, PICTURE, type SaidBody } from '../said-body.js'

const CACHED = { cache_control: { type: 'ephemeral', ttl: '5m' } }

const everything: SaidBody = (say) => ({
  ...{ model: 'claude-sonnet-4-5', max_tokens: 123456, temperature: 1, stream: true, service_tier: 'auto' },
  ...{ metadata: { [say()]: say() }, stop_sequences: [say()], inference_geo: 'us', betas: ['b-1'] },
  ...{ thinking: { type: 'enabled', budget_tokens: 123456, display: 'summarized' }, container: 'container_1' },
  system: [{ type: 'text', text: say(), ...CACHED }],
  output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object', description: say() } } },
  context_management: {
    edits: [{ type: 'compact_20260112', instructions: say(), trigger: { type: 'input_tokens', value: 5 } }],
  },
  mcp_servers: [
    {
      ...{ type: 'url', url: 'https://mcp.example/mcp', name: 'wiki', authorization_token: 'token-of-the-server' },
      tool_configuration: { enabled: true, allowed_tools: ['ask'] },
    },
  ],
  tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
  tools: [
    {
      ...{ name: 'f', description: say(), strict: true, defer_loading: false, ...CACHED },
      input_schema: { type: 'object', properties: { id: { type: 'string', description: say() } }, required: ['id'] },
      input_examples: [{ [say()]: say() }],
    },
    {
      ...{ type: 'web_search_20250305', name: 'web_search', max_uses: 3, allowed_domains: ['a.example'] },
      user_location: { type: 'approximate', city: say(), region: say(), country: say(), timezone: say() },
    },
    { type: 'of-a-later-day', name: 'new', note: say(), deep: { type: say() } },
  ],
  messages: [
    { role: 'user', content: say() },
    {
      role: 'user',
      content: [
        { type: 'text', text: say(), ...CACHED },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PICTURE } },
        { type: 'image', source: { type: 'url', url: 'https://files.example/a.png' } },
        { type: 'image', source: { type: 'file', file_id: 'file_1' } },
        {
          type: 'document',
          title: say(),
          context: say(),
          source: { type: 'text', media_type: 'text/plain', data: say() },
        },
        {
          type: 'document',
          source: { type: 'content', content: [{ type: 'text', text: say() }] },
          citations: { enabled: true },
        },
        { type: 'search_result', source: say(), title: say(), content: [{ type: 'text', text: say() }] },
        { type: 'container_upload', file_id: 'file_2' },
        { type: 'of-a-later-day', note: say(), deep: [{ type: say(), id: say() }] },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: say(), signature: 'c2lnbg==' },
        { type: 'redacted_thinking', data: 'c2VhbGVk' },
        {
          ...{ type: 'text', text: say() },
          citations: [
            {
              type: 'char_location',
              cited_text: say(),
              document_title: say(),
              document_index: 0,
              end_char_index: 123456,
            },
            {
              type: 'web_search_result_location',
              cited_text: say(),
              url: say(),
              title: say(),
              encrypted_index: 'c2VhbGVk',
            },
          ],
        },
        {
          type: 'tool_use',
          id: 'toolu_1',
          name: 'f',
          input: { [say()]: [say(), { [say()]: say() }] },
          caller: { type: 'direct' },
        },
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { [say()]: say() } },
        {
          ...{ type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1' },
          content: [
            { type: 'web_search_result', url: say(), title: say(), page_age: say(), encrypted_content: 'c2VhbGVk' },
          ],
        },
        {
          ...{ type: 'bash_code_execution_tool_result', tool_use_id: 'srvtoolu_2' },
          content: { type: 'bash_code_execution_result', stdout: say(), stderr: say(), return_code: 0, content: [] },
        },
        { type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'ask', server_name: 'wiki', input: { [say()]: say() } },
        {
          type: 'mcp_tool_result',
          tool_use_id: 'mcptoolu_1',
          is_error: false,
          content: [{ type: 'text', text: say() }],
        },
        { type: 'compaction', content: say(), encrypted_content: 'c2VhbGVk', signature: 'c2lnbg==' },
      ],
    },
    {
      role: 'user',
      content: [
        {
          ...{ type: 'tool_result', tool_use_id: 'toolu_1', is_error: true, ...CACHED },
          content: [{ type: 'text', text: JSON.stringify({ [say()]: say() }) }],
        },
        { type: 'tool_result', tool_use_id: 'toolu_2', content: say() },
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: inBase64('%PDF-1.4 text') },
        },
      ],
    },
  ],
  nobody_knows: [say(), { [say()]: [say()] }],
})

const UNSCANNABLE = [
  'container',
  ...[1, 2, 3, 7].map((part) => `messages[1].content[${part}]`),
  'messages[3].content[2]',
]

for (const dialect of [anthropicMessages, anthropicCountTokens]) {
  test(`everything that is said in a request of ${dialect.name} is content, and nothing else`, () => {
    assertContent(dialect, everything, UNSCANNABLE)
  })
}

test('a document of text is read, whatever it is said to be', () => {
  for (const [media_type, text] of [
    ['text/csv', 'name\nAnn'],
    ['application/octet-stream', 'Grüße'],
  ] as const) {
    const source = { type: 'base64', media_type, data: inBase64(text) }
    const body = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: [{ type: 'document', source }] }] }
    assert.ok(anthropicMessages.contentOf)
    const { sites, unscannable, rewritten } = surfacesOf(body, anthropicMessages.contentOf)
    assert.deepEqual([sites, unscannable], [[{ text, kind: 'text' }], []])
    const changed = { ...source, data: inBase64(`${text}!`) }
    assert.deepEqual(
      rewritten((site) => `${site.text}!`),
      { messages: [{ role: 'user', content: [{ type: 'document', source: changed }] }] },
    )
  }
})
