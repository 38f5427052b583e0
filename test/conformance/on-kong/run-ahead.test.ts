import './choose.js'
import '../run-ahead.test.js'
