import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { surfacesOf } from '../../../../policies/content/surfaces.js'
import { assertContent, PICTURE } from '../said-body.js'

test('everything that is said in a Responses request is content, and nothing else', () => {
  assertContent(
    openaiResponses,
    (say) => ({
      ...{ model: 'gpt-5', instructions: say(), user: say(), safety_identifier: say(), prompt_cache_key: say() },
      ...{ metadata: { [say()]: say() }, include: ['reasoning.encrypted_content'], truncation: 'auto', store: false },
      ...{ reasoning: { effort: 'low', summary: 'auto', context: 'all_turns' }, max_output_tokens: 123456 },
      ...{ service_tier: 'auto', stream_options: { include_obfuscation: false }, background: false },
      ...{ context_management: [{ type: 'compaction', compact_threshold: 123456 }], prompt_cache_retention: '24h' },
      text: {
        verbosity: 'low',
        format: {
          type: 'json_schema',
          name: 'a',
          description: say(),
          schema: { type: 'object', properties: { a: { const: say() } } },
        },
      },
      tool_choice: { type: 'function', name: 'f' },
      tools: [
        {
          type: 'function',
          name: 'f',
          description: say(),
          parameters: { type: 'object', description: say() },
          strict: true,
        },
        {
          type: 'custom',
          name: 'c',
          description: say(),
          format: { type: 'grammar', syntax: 'regex', definition: say() },
        },
        {
          ...{ type: 'mcp', server_label: 'wiki', server_url: 'https://mcp.example/mcp', server_description: say() },
          ...{
            authorization: 'token-of-the-server',
            headers: { 'x-key': 'value' },
            require_approval: { never: { tool_names: ['a'] } },
          },
          allowed_tools: { tool_names: ['a'], read_only: true },
        },
        {
          type: 'web_search',
          filters: { allowed_domains: ['a.example'] },
          user_location: { type: 'approximate', city: say() },
        },
        {
          ...{
            type: 'file_search',
            vector_store_ids: ['vs_1'],
            ranking_options: { ranker: 'auto', score_threshold: 0 },
          },
          filters: { type: 'and', filters: [{ type: 'eq', key: say(), value: say() }] },
        },
        { type: 'code_interpreter', container: { type: 'auto', file_ids: ['file-1'], memory_limit: '1g' } },
        { type: 'computer_use_preview', display_width: 1, display_height: 1, environment: 'linux' },
        {
          type: 'image_generation',
          size: 'auto',
          moderation: 'low',
          background: 'auto',
          input_image_mask: { file_id: 'file-2' },
        },
        {
          type: 'namespace',
          name: 'n',
          description: say(),
          tools: [{ type: 'function', name: 'g', description: say() }],
        },
      ],
      input: [
        { role: 'user', content: say() },
        {
          ...{ type: 'message', role: 'user', status: 'completed' },
          content: [
            { type: 'input_text', text: say() },
            { type: 'input_image', image_url: `data:image/png;base64,${PICTURE}`, detail: 'low' },
            { type: 'input_file', filename: say(), file_data: `data:application/pdf;base64,${PICTURE}` },
            { type: 'input_file', file_url: 'https://files.example/a.pdf' },
            { type: 'input_file', file_id: 'file-3' },
            { type: 'input_audio', input_audio: { data: PICTURE, format: 'mp3' } },
          ],
        },
        {
          ...{ type: 'message', role: 'assistant', id: 'msg_1', status: 'completed', phase: 'final_answer' },
          content: [
            {
              ...{ type: 'output_text', text: say(), logprobs: [] },
              annotations: [
                { type: 'url_citation', url: say(), title: say(), start_index: 0, end_index: 123456 },
                { type: 'file_citation', file_id: 'file-4', filename: say(), index: 0 },
              ],
            },
            { type: 'refusal', refusal: say() },
          ],
        },
        {
          ...{ type: 'reasoning', id: 'rs_1', encrypted_content: 'c2VhbGVk', status: 'completed' },
          ...{ summary: [{ type: 'summary_text', text: say() }], content: [{ type: 'reasoning_text', text: say() }] },
        },
        {
          ...{ type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', namespace: 'n', status: 'completed' },
          arguments: JSON.stringify({ [say()]: { [say()]: [say()] } }),
          caller: { type: 'program', caller_id: 'p_1' },
        },
        { type: 'function_call_output', call_id: 'call_1', output: JSON.stringify({ [say()]: say() }) },
        {
          type: 'function_call_output',
          call_id: 'call_1',
          output: [
            { type: 'input_text', text: say() },
            { type: 'input_image', file_id: 'file-5' },
          ],
        },
        { type: 'custom_tool_call', call_id: 'call_2', name: 'c', input: say() },
        { type: 'custom_tool_call_output', call_id: 'call_2', output: say() },
        {
          type: 'web_search_call',
          id: 'ws_1',
          status: 'completed',
          action: { type: 'search', query: say(), queries: [say()], sources: [{ type: 'url', url: say() }] },
        },
        {
          type: 'web_search_call',
          id: 'ws_2',
          status: 'completed',
          action: { type: 'find_in_page', url: say(), pattern: say() },
        },
        {
          ...{ type: 'file_search_call', id: 'fs_1', status: 'completed', queries: [say()] },
          results: [
            { file_id: 'file-6', filename: say(), text: say(), score: 0.123456, attributes: { [say()]: say() } },
          ],
        },
        {
          ...{ type: 'computer_call', id: 'cu_1', call_id: 'call_3', status: 'completed' },
          action: { type: 'type', text: say() },
          pending_safety_checks: [{ id: 'sc_1', code: 'malicious', message: say() }],
        },
        {
          type: 'computer_call_output',
          call_id: 'call_3',
          output: { type: 'computer_screenshot', image_url: `data:image/png;base64,${PICTURE}` },
        },
        {
          ...{ type: 'code_interpreter_call', id: 'ci_1', status: 'completed', container_id: 'cntr_1', code: say() },
          outputs: [
            { type: 'logs', logs: say() },
            { type: 'image', url: 'https://files.example/b.png' },
          ],
        },
        { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: PICTURE, revised_prompt: say() },
        {
          ...{ type: 'local_shell_call', id: 'ls_1', call_id: 'call_4', status: 'completed' },
          action: {
            type: 'exec',
            command: [say()],
            env: { [say()]: say() },
            working_directory: say(),
            user: say(),
            timeout_ms: 123456,
          },
        },
        { type: 'local_shell_call_output', id: 'ls_1', output: say() },
        {
          ...{ type: 'shell_call_output', call_id: 'call_5', max_output_length: 123456 },
          output: [{ stdout: say(), stderr: say(), outcome: { type: 'exit', exit_code: 0 } }],
        },
        {
          type: 'apply_patch_call',
          call_id: 'call_6',
          status: 'completed',
          operation: { type: 'update_file', path: say(), diff: say() },
        },
        {
          type: 'mcp_call',
          id: 'mcp_1',
          server_label: 'wiki',
          name: 'a',
          arguments: JSON.stringify({ [say()]: say() }),
          output: say(),
          error: say(),
        },
        {
          ...{ type: 'mcp_list_tools', id: 'mcpl_1', server_label: 'wiki' },
          tools: [
            {
              name: 'a',
              description: say(),
              input_schema: { type: 'object', description: say() },
              annotations: { title: say() },
            },
          ],
        },
        { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true, reason: say() },
        { type: 'compaction', id: 'cmp_1', encrypted_content: 'c2VhbGVk' },
        { type: 'of-a-later-day', id: 'x_1', note: say(), deep: { [say()]: [say()] } },
      ],
      nobody_knows: [say(), { [say()]: [say()] }],
    }),
    [
      ...['tools[4].vector_store_ids[0]', 'tools[5].container.file_ids[0]', 'tools[7]'],
      ...[1, 2, 3, 4, 5].map((part) => `input[1].content[${part}]`),
      ...['input[6].output[1]', 'input[13]', 'input[14].outputs[1]', 'input[15]'],
    ],
  )
})

test('what OpenAI keeps cannot be read here, however it is referred to; variables of a prompt are content', () => {
  const { contentOf } = openaiResponses
  assert.ok(contentOf)
  const { sites, unscannable } = surfacesOf(
    {
      ...{ model: 'gpt-5', previous_response_id: 'resp_67ccd2bed1ec8190', conversation: 'conv_67ccd2bed1ec8190' },
      prompt: { id: 'pmpt_67ccd2bed1ec8190', version: '2', variables: { city: 'Bonn' } },
      tools: [{ type: 'code_interpreter', container: 'cntr_67ccd2bed1ec8190' }],
      input: [
        { type: 'item_reference', id: 'msg_67ccd2bed1ec8190' },
        { type: null, id: 'fc_67ccd2bed1ec8190' },
        { id: 'rs_67ccd2bed1ec8190' },
        { role: 'user', content: 'Hi' },
        { type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: 'Ho' }] },
      ],
    },
    contentOf,
  )
  assert.deepEqual(
    sites.map(({ text }) => text),
    ['city', 'Bonn', 'Hi', 'Ho'],
  )
  assert.deepEqual(unscannable, [
    ...['previous_response_id', 'conversation', 'prompt.id', 'tools[0]'],
    ...['input[0]', 'input[1]', 'input[2]'],
  ])
  const object = surfacesOf({ conversation: { id: 'conv_67ccd2bed1ec8190' } }, contentOf)
  assert.deepEqual([object.sites, object.unscannable], [[], ['conversation.id']])
})

test('a text alone is content', () => {
  assertContent(openaiResponses, (say) => ({ model: 'gpt-5', input: say(), tool_choice: 'auto' }), [])
})
