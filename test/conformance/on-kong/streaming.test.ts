import './choose.js'
import '../streaming.test.js'
