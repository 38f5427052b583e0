import { createFileAlertStore } from '../../../io/alerts/file-alert-store.js'
import { NOW, raisedOf } from './sample.js'

/** Raises an alert, takes its delivery, says so and waits to be killed. ARGV: the store's file. */
const [, , path = ''] = process.argv
const store = createFileAlertStore({ path, now: () => NOW })
await store.raise(raisedOf('killed'), ['ops'])
await store.take(NOW, 60_000, 10)
process.stdout.write('raised\n')
setInterval(() => {}, 1000)
