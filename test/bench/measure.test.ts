import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extProcCounts } from '../../bench/measure.js'
import { metricValue } from '../../bench/tollgate.js'

test("Envoy's ext_proc counters of both levels are added up", () => {
  const stats = [
    'cluster.provider.ext_proc.stream_msgs_received: 7',
    'cluster.provider.ext_proc.stream_msgs_sent: 40',
    'cluster.provider.ext_proc.streams_started: 10',
    'http.bench.ext_proc.stream_msgs_sent: 30',
    'http.bench.ext_proc.streams_started: 10',
    'cluster.ext_proc.upstream_rq_total: 99',
  ].join('\n')
  assert.deepEqual(extProcCounts(stats), { messages: 70, streams: 20 })
})

test('a metric is read by its whole name', () => {
  const text = '# HELP tollgate_exchanges_open x\ntollgate_exchanges_open_total 5\ntollgate_exchanges_open 3\n'
  assert.equal(metricValue(text, 'tollgate_exchanges_open'), 3)
  assert.throws(() => metricValue(text, 'tollgate_exchanges'), /no metric/)
})
