import { main } from '../../cli/main.js'

// `tollgate` as a process of its own, without the launcher, which would build first.
process.exit(await main(process.argv.slice(2), process.env))
