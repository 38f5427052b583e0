import { setTimeout as delay } from 'node:timers/promises'
import { createFileKeyStore } from '../../io/keys/file-key-store.js'
import { systemClock } from '../../io/system-clock.js'
import { issued } from '../policies/keys/keys.js'

// Makes so many keys in a file, and each time counts up the version of one that others count up too.
const [path = '', name = '', shared = '', times = '0'] = process.argv.slice(2)
const store = createFileKeyStore({ path, clock: systemClock, wait: delay, onState() {}, onUnreadable() {} })

async function countUp(): Promise<void> {
  for (;;) {
    const key = (await store.list()).find(({ id }) => id === shared)
    if (!key) throw new Error('the shared key has gone')
    if ((await store.put({ ...key, version: key.version + 1 })) === 'done') return
  }
}

for (let time = 0; time < Number(times); time++) {
  if ((await store.put(issued({ name: `${name} ${time}` }).key)) !== 'done') throw new Error('a new key was none')
  await countUp()
}
