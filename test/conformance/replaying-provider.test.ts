import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { projectRoot } from '../../cli/project-root.js'
import { readRecordings } from './recording.js'
import { startReplayingProvider } from './replaying-provider.js'

test('every seed delivers the recorded status and bytes', async () => {
  const recordings = await readRecordings(join(projectRoot(), 'test/fixtures/recordings'))
  assert.equal(recordings.length, 7)
  for (let seed = 0; seed < 5; seed++) {
    const provider = await startReplayingProvider(recordings, seed)
    try {
      for (const { id, response } of recordings) {
        const answer = await fetch(provider.url, { method: 'POST', body: JSON.stringify({ model: `replay:${id}` }) })
        assert.equal(answer.status, response.status)
        assert.equal(await answer.text(), response.body_text)
      }
      const unknown = await fetch(provider.url, { method: 'POST', body: '{"model":"replay:none"}' })
      assert.equal(unknown.status, 404)
      await unknown.text()
    } finally {
      await provider.stop()
    }
  }
})
