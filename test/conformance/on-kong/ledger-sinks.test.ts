import './choose.js'
import '../ledger-sinks.test.js'
