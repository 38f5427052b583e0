/** The `tollgate` command without its launcher: the bench measures what is built and never builds in between. */
import { main } from '../cli/main.js'

process.exitCode = await main(process.argv.slice(2), process.env)
