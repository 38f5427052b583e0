import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { projectRoot } from '../../cli/project-root.js'
import { readRecordings } from './recording.js'
import { startReplayingProvider } from './replaying-provider.js'

test('every seed delivers the recorded status and bytes', async () => {
  const recordings = await readRecordings(join(projectRoot(), 'test/fixtures/recordings'))
  assert.equal(recordings.length, 10)
  for (let seed = 0; seed < 5; seed++) {
    const provider = await startReplayingProvider(recordings, seed)
    try {
      for (const { id, response } of recordings) {
        const answer = await fetch(provider.url, { method: 'POST', body: JSON.stringify({ model: `replay:${id}` }) })
        assert.equal(answer.status, response.status)
        const bytes = Buffer.from(await answer.arrayBuffer())
        if (response.body_base64 !== undefined) assert.equal(bytes.toString('base64'), response.body_base64)
        else if (response.framing !== 'json-array') assert.equal(bytes.toString(), response.body_text)
      }
      const unknown = await fetch(provider.url, { method: 'POST', body: '{"model":"replay:none"}' })
      assert.equal(unknown.status, 404)
      await unknown.text()
    } finally {
      await provider.stop()
    }
  }
})

test('an array of chunks is served as events, and a name in the path is enough', async () => {
  const recordings = await readRecordings(join(projectRoot(), 'test/fixtures/recordings'))
  const provider = await startReplayingProvider(recordings, 1)
  try {
    const path = '/v1beta/models/replay%3Agemini-array:streamGenerateContent?alt=sse'
    const answer = await fetch(`${provider.url}${path}`, { method: 'POST', body: '{}' })
    assert.equal(answer.headers.get('content-type'), 'text/event-stream')
    const events = (await answer.text()).split('\r\n\r\n').filter((event) => event !== '')
    assert.equal(events.length, 3)
    assert.match(events[1] ?? '', /^data: .*High at/)
  } finally {
    await provider.stop()
  }
})
