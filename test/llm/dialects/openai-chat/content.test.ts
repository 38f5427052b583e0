import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { surfacesOf } from '../../../../policies/content/surfaces.js'
import { assertContent, PICTURE } from '../said-body.js'

test('everything that is said in a Chat Completions request is content, and nothing else', () => {
  assertContent(
    openaiChat,
    (say) => ({
      model: 'gpt-4.1',
      ...{ user: say(), safety_identifier: say(), prompt_cache_key: say(), service_tier: 'auto', seed: 123456789 },
      ...{
        metadata: { [say()]: say() },
        stop: [say(), say()],
        logit_bias: { 123456: -100 },
        max_completion_tokens: 123456,
      },
      ...{
        prompt_cache_options: { mode: 'explicit', ttl: '30m' },
        moderation: { model: 'm', policy: { input: { mode: 'block' } } },
      },
      ...{ modalities: ['text'], audio: { voice: 'alloy', format: 'wav' }, reasoning_effort: 'low', verbosity: 'low' },
      ...{ stream: true, stream_options: { include_usage: true, include_obfuscation: false }, logprobs: true },
      prediction: { type: 'content', content: [{ type: 'text', text: say() }] },
      web_search_options: {
        search_context_size: 'low',
        user_location: { type: 'approximate', approximate: { city: say(), region: say(), timezone: say() } },
      },
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'answer',
          description: say(),
          strict: true,
          schema: { type: 'object', properties: { type: { type: 'string', enum: [say()] } }, required: ['type'] },
        },
      },
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
      tools: [
        {
          type: 'function',
          function: {
            name: 'f',
            description: say(),
            strict: false,
            parameters: {
              type: 'object',
              properties: { name: { type: 'string', description: say(), default: say() } },
            },
          },
        },
        {
          type: 'custom',
          custom: {
            name: 'c',
            description: say(),
            format: { type: 'grammar', grammar: { syntax: 'lark', definition: say() } },
          },
        },
        { type: 'of-a-later-day', [`x-${'unknown'}`]: { type: say(), deep: [{ [say()]: say() }] } },
      ],
      functions: [{ name: 'old', description: say(), parameters: { type: 'object', title: say() } }],
      messages: [
        { role: 'system', content: say(), name: say() },
        {
          role: 'developer',
          content: [{ type: 'text', text: say(), cache_control: { type: 'ephemeral', ttl: '1h' } }],
        },
        {
          role: 'user',
          name: say(),
          content: [
            { type: 'text', text: say(), prompt_cache_breakpoint: { mode: 'explicit' } },
            { type: 'image_url', image_url: { url: 'https://files.example/a.png', detail: 'high' } },
            { type: 'input_audio', input_audio: { data: PICTURE, format: 'wav' } },
            { type: 'file', file: { file_data: `data:application/pdf;base64,${PICTURE}`, filename: say() } },
            { type: 'file', file: { file_id: 'file-abcdefgh' } },
            { type: 'video_url', video_url: { url: 'https://files.example/a.mp4' } },
            { type: 'of-a-later-day', note: say(), people: [{ id: say(), name: say(), type: say() }] },
          ],
        },
        {
          role: 'assistant',
          name: say(),
          content: [
            { type: 'text', text: say() },
            { type: 'refusal', refusal: say() },
          ],
          refusal: say(),
          audio: { id: 'audio_1' },
          reasoning_content: say(),
          reasoning_details: [
            {
              type: 'reasoning.text',
              text: say(),
              signature: 'c2lnbg==',
              id: 'r1',
              format: 'anthropic-claude-v1',
              index: 0,
            },
            { type: 'reasoning.summary', summary: say() },
            { type: 'reasoning.encrypted', data: 'c2VhbGVk' },
          ],
          thinking_blocks: [
            { type: 'thinking', thinking: say(), signature: 'c2lnbg==' },
            { type: 'redacted_thinking', data: 'c2VhbGVk' },
          ],
          annotations: [
            { type: 'url_citation', url_citation: { url: say(), title: say(), start_index: 0, end_index: 123456 } },
          ],
          tool_calls: [
            {
              id: 'call_1',
              type: 'function',
              index: 0,
              function: { name: 'f', arguments: JSON.stringify({ [say()]: [say(), { [say()]: null }] }) },
              extra_content: { google: { thought_signature: 'c2lnbg==' } },
            },
            { id: 'call_2', type: 'custom', custom: { name: 'c', input: say() } },
            { id: 'call_3', type: 'function', function: { name: 'f', arguments: say() } },
          ],
          function_call: { name: 'old', arguments: JSON.stringify({ [say()]: say() }) },
        },
        { role: 'tool', tool_call_id: 'call_1', name: 'f', content: JSON.stringify([{ [say()]: say() }]) },
        { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: say() }] },
        { role: 'function', name: 'old', content: say() },
      ],
      chat_template_kwargs: { [say()]: say() },
      nobody_knows: [say(), { [say()]: [say()] }],
    }),
    [
      'messages[2].content[1]',
      'messages[2].content[2]',
      'messages[2].content[3]',
      'messages[2].content[4]',
      'messages[2].content[5]',
    ],
  )
})

test('words where objects may stand are no content', () => {
  assertContent(
    openaiChat,
    (say) => ({
      ...{
        model: 'gpt-4.1',
        tool_choice: 'auto',
        function_call: 'none',
        stop: say(),
        reasoning: { effort: 'low', summary: say() },
      },
      messages: [{ role: 'user', content: say() }],
    }),
    [],
  )
})

test('a file of text is read, and written back as it came', () => {
  const file = (text: string) => `data:text/plain;base64,${Buffer.from(text).toString('base64')}`
  const body = {
    model: 'm',
    messages: [
      { role: 'user', content: [{ type: 'file', file: { file_data: file('Ann, ann@firm.de'), filename: 'a.txt' } }] },
    ],
  }
  assert.ok(openaiChat.contentOf)
  const surfaces = surfacesOf(body, openaiChat.contentOf)
  assert.deepEqual(surfaces.unscannable, [])
  assert.deepEqual(
    surfaces.rewritten(({ text }) => text.replace('ann@firm.de', '[EMAIL]')),
    {
      messages: [
        { role: 'user', content: [{ type: 'file', file: { file_data: file('Ann, [EMAIL]'), filename: 'a.txt' } }] },
      ],
    },
  )
})
